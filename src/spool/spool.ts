// The spool: records are appended to segments, one group commit makes all that wait durable, and a segment goes when its owner
// has no more use for it. Group commits follow each other without a pause; what comes while one runs waits for the next.
// One file holds it because appending, rolling over and running out of space are one state machine (frames, spares, budget and recovery stand beside it).
import { join } from 'node:path';
import { assert } from '../base/assert.ts';
import type { CodedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import { DiskBudget, mebibytes } from './disk-budget.ts';
import { isOutOfSpace } from './file-system.ts';
import type { FileSystem, SpoolFile } from './file-system.ts';
import { CHECKPOINT, RECORD_HEADER_BYTES, encodeRecordHeader, recordBytes } from './record.ts';
import { recoverSegments } from './recover.ts';
import type { RecordSink, Recovered } from './recover.ts';
import { segmentName } from './segment.ts';
import type { CheckpointBody, Segment, SegmentEnd, SpoolPlace } from './segment.ts';
import { SpareSegments } from './spare-segments.ts';
import { spoolError } from './spool-errors.ts';

const DEFAULT_SEGMENT_BYTES = 64 << 20;
const MIN_SEGMENT_BYTES = 1 << 20;
/** At least so many segments fit into the disk budget. */
const SEGMENTS_IN_BUDGET = 16;
const DEFAULT_LIMIT_BYTES = 8 * 2 ** 30;
const DEFAULT_FREE_SPACE_FLOOR = 256 << 20;
/** A first segment, or one that is wanted before a spare one is ready, is small: its zeros are written while somebody waits. */
const HASTY_SEGMENT_BYTES = 4 << 20;
const MAX_GROUP_BYTES = 16 << 20;
/** More than this waiting for the disk is refused. */
const MAX_WAITING_BYTES = 128 << 20;
const RETRY_AFTER_SECONDS = 5;
const DEFAULT_FULL_FOR_MILLIS = 1000;
const MAX_RECORD_BYTES = 512 << 20;

export interface SpoolOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly log: Log;
  /** Called when a segment begins: what `restore` shall be told first after a restart. Must be JSON. */
  readonly checkpoint: () => unknown;
  /** Where what cannot be read goes. */
  readonly quarantineFolder: string;
  readonly segmentBytes?: number;
  /** Disk budget of the folder. */
  readonly limitBytes?: number;
  /** Space that is always left to others on the disk. */
  readonly freeSpaceFloor?: number;
  /** How long an answer "full" stands before the disk is looked at again. */
  readonly fullForMillis?: number;
}

export interface Appended {
  /** Called when the record is durable; in the order of the appends, in one turn for a whole group. */
  durable(place: SpoolPlace): void;
  /** Called when it never will be; all records that wait fail together, the youngest first. */
  failed(error: CodedError): void;
}

/** A record to append. */
export interface NewRecord {
  readonly type: number;
  /** Of a frame; a record that is none takes the number of the frame before it. */
  readonly number?: number;
  /** Written as JSON. */
  readonly head?: object;
  readonly body?: Uint8Array;
  /** Leads to space being freed: it is taken when nothing else is. */
  readonly control?: boolean;
}

interface Entry {
  readonly listener: Appended;
  readonly type: number;
  readonly number: number;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  readonly size: number;
  /** Leads to space being freed: may use the emergency segment. */
  readonly control: boolean;
}

export interface SpoolUsage {
  readonly bytes: number;
  readonly limitBytes: number;
  readonly segments: number;
  /** Why nothing more is taken, while that is so. */
  readonly full: string | undefined;
}

interface SegmentSizes {
  readonly limit: number;
  readonly segment: number;
  /** Of a segment that is made while somebody waits, and of the emergency one. */
  readonly hasty: number;
}

const encoder = new TextEncoder();
const padding = new Uint8Array(8);

export class Spool {
  readonly #options: SpoolOptions;
  readonly #fileSystem: FileSystem;
  readonly #segmentBytes: number;
  readonly #hastyBytes: number;
  /** Oldest first; the last one is written to when it has `file`. */
  readonly #segments: Segment[];
  #nextId: number;
  #previous: SegmentEnd | undefined;
  #queue: Entry[] = [];
  /** Number of the youngest record that is durable, under way or waiting. */
  #lastAppended: number;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #full: { readonly until: number; readonly error: CodedError; readonly reason: string } | undefined;
  readonly #budget: DiskBudget;
  readonly #spares: SpareSegments;
  #closed = false;

  private constructor(options: SpoolOptions, sizes: SegmentSizes, found: Recovered) {
    const { folder, fileSystem, log } = options;
    this.#options = options;
    this.#fileSystem = fileSystem;
    this.#segmentBytes = sizes.segment;
    this.#hastyBytes = sizes.hasty;
    this.#segments = found.segments;
    this.#nextId = found.nextId;
    this.#previous = found.previous;
    this.#lastAppended = this.lastNumber;
    this.#budget = new DiskBudget(folder, fileSystem, sizes.limit, options.freeSpaceFloor ?? DEFAULT_FREE_SPACE_FLOOR);
    const check = (coming: number): Promise<void> => this.#budget.check(this.#usedBytes(), coming);
    const bytes = { spareBytes: sizes.segment, emergencyBytes: sizes.hasty };
    this.#spares = new SpareSegments({ folder, fileSystem, log, check, ...bytes }, found);
  }

  /**
   * Opens the folder. `restore` is called with the newest checkpoint (its body: JSON of `{state}`) and every record behind it;
   * a record's body is valid during the call only. Segments before that one are not read: see `SpoolReader`.
   */
  static async open(options: SpoolOptions, sink: RecordSink): Promise<Spool> {
    await options.fileSystem.createFolder(options.folder);
    const sizes = chooseSizes(options);
    const found = await recoverSegments(options, sizes.segment, sizes.hasty, sink);
    const spool = new Spool(options, sizes, found);
    spool.#spares.prepare();
    return spool;
  }

  /** Number of the last frame; new ones count on from here. */
  get lastNumber(): number {
    return this.#segments.at(-1)?.lastNumber ?? 0;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Throws SPOOL_FULL, SPOOL_CLOSED or FRAME_TOO_LARGE when a frame with such a body would not be taken now. */
  checkRoom(bodyLength: number): void {
    if (this.#closed) throw spoolError('SPOOL_CLOSED', []);
    if (bodyLength > MAX_RECORD_BYTES) {
      throw spoolError('FRAME_TOO_LARGE', [mebibytes(bodyLength), mebibytes(MAX_RECORD_BYTES)]);
    }
    if (this.#full !== undefined && performance.now() < this.#full.until) throw this.#full.error;
    if (this.#waitingBytes + bodyLength > MAX_WAITING_BYTES && this.#waitingBytes > 0) {
      throw spoolError('SPOOL_FULL', [`${mebibytes(this.#waitingBytes)} wait for the disk`], { retryAfterSeconds: 1 });
    }
  }

  /** Appends a record. The body must not change until one of the callbacks was called. */
  append(record: NewRecord, appended: Appended): void {
    if (this.#closed) {
      queueMicrotask(() => appended.failed(spoolError('SPOOL_CLOSED', [])));
      return;
    }
    const head = encoder.encode(JSON.stringify(record.head ?? {}));
    const body = record.body ?? padding.subarray(0, 0);
    const size = recordBytes(head.length, body.length);
    const number = record.number ?? this.#lastAppended;
    assert(number >= this.#lastAppended, 'frame numbers rise');
    this.#lastAppended = number;
    this.#queue.push({
      type: record.type,
      number,
      head,
      body,
      size,
      control: record.control === true,
      listener: appended,
    });
    this.#waitingBytes += size;
    // A microtask later, so that what is appended in the same turn shares the commit.
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const group: Entry[] = [];
      try {
        await this.#makeRoom();
        await this.#commit(group);
      } catch (error) {
        this.#fail(group, error);
      }
    }
    this.#running = undefined;
  }

  /** Sees to it that the first waiting record fits into the active segment. */
  async #makeRoom(): Promise<void> {
    const first = this.#queue[0]!;
    const active = this.#active();
    if (active !== undefined && active.end! + first.size <= active.capacity && (first.control || !active.emergency))
      return;
    try {
      await this.#roll(first.size);
    } catch (error) {
      if (!first.control || !isOutOfSpace(error)) throw error;
      await this.#rollToEmergency(first.size, error);
    }
  }

  #active(): Segment | undefined {
    const last = this.#segments.at(-1);
    return last?.file === undefined ? undefined : last;
  }

  /** Writes as many waiting records as fit, and tells them. */
  async #commit(group: Entry[]): Promise<void> {
    const active = this.#active()!;
    const chunks: Uint8Array[] = [];
    let end = active.end!;
    while (this.#queue.length > group.length) {
      const entry = this.#queue[group.length]!;
      if (end + entry.size > active.capacity || (active.emergency && !entry.control)) break;
      if (group.length > 0 && end - active.end! + entry.size > MAX_GROUP_BYTES) break;
      pushRecord(chunks, entry, active.id, active.end!);
      end += entry.size;
      group.push(entry);
    }
    this.#queue.splice(0, group.length);
    await active.file!.commit(chunks, active.end!);
    active.end = end;
    active.lastNumber = group.at(-1)!.number;
    this.#full = undefined;
    let offset = end - group.reduce((sum, entry) => sum + entry.size, 0);
    for (const entry of group) {
      offset += entry.size;
      this.#waitingBytes -= entry.size;
      this.#tell(entry, { segment: active.id, offset });
    }
  }

  #tell(entry: Entry, place: SpoolPlace): void {
    try {
      entry.listener.durable(place);
    } catch (error) {
      // A bug in the listener; the record is durable all the same.
      this.#options.log.error(`after a record became durable: ${String((error as Error).stack ?? error)}`);
    }
  }

  /** A failed commit takes everything with it that waits: later records may build on earlier ones. */
  #fail(group: readonly Entry[], error: unknown): void {
    const outOfSpace = isOutOfSpace(error);
    const reason = (error as Error).message;
    const coded = outOfSpace
      ? spoolError('SPOOL_FULL', [reason], { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error })
      : spoolError('SPOOL_WRITE_FAILED', [reason], { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
    if (this.#full === undefined) this.#options.log.error(coded.message);
    this.#full = {
      until: performance.now() + (this.#options.fullForMillis ?? DEFAULT_FULL_FOR_MILLIS),
      error: coded,
      reason,
    };
    // What the disk holds behind the durable end is unknown: the next record goes to a new segment, which says where this one ended.
    const active = this.#active();
    if (group.length > 0 && active !== undefined) this.#seal(active);
    const failed = [...group, ...this.#queue];
    this.#queue = [];
    this.#lastAppended = this.lastNumber;
    for (const entry of failed.toReversed()) {
      this.#waitingBytes -= entry.size;
      entry.listener.failed(coded);
    }
  }

  #seal(segment: Segment): void {
    assert(segment.end !== undefined, 'a segment that was written to has an end');
    this.#previous = { segment: segment.id, end: segment.end };
    const { file } = segment;
    segment.file = undefined;
    file?.close().catch((error: unknown) => this.#options.log.warn(`closing ${segment.path}: ${String(error)}`));
  }

  /** Begins a new segment that has room for a record of `size` bytes. */
  async #roll(size: number): Promise<void> {
    const checkpoint = this.#encodeCheckpoint(this.lastNumber);
    const needed = lengthOf(checkpoint) + size;
    const useSpare = this.#spares.isSpareReady && needed <= this.#segmentBytes;
    const capacity = useSpare ? this.#segmentBytes : Math.max(needed, this.#hastyBytes);
    const path = join(this.#options.folder, segmentName(this.#nextId));
    // A spare is counted as used already.
    await this.#budget.check(this.#usedBytes() + (useSpare ? 0 : capacity), useSpare ? 0 : capacity);
    if (useSpare) await this.#spares.takeSpare(path);
    else await this.#fileSystem.allocate(path, capacity);
    await this.#begin(path, capacity, checkpoint, false);
    this.#spares.prepare();
  }

  async #rollToEmergency(size: number, reason: unknown): Promise<void> {
    const checkpoint = this.#encodeCheckpoint(this.lastNumber);
    const path = join(this.#options.folder, segmentName(this.#nextId));
    if (lengthOf(checkpoint) + size > this.#hastyBytes || !(await this.#spares.takeEmergency(path))) throw reason;
    await this.#begin(path, this.#hastyBytes, checkpoint, true);
  }

  #encodeCheckpoint(number: number): Uint8Array[] {
    const active = this.#active();
    const previous = active === undefined ? this.#previous : { segment: active.id, end: active.end! };
    const body: CheckpointBody = { previous, state: this.#options.checkpoint() };
    const chunks: Uint8Array[] = [];
    const bytes = encoder.encode(JSON.stringify(body));
    const head = encoder.encode('{}');
    const entry = { type: CHECKPOINT, number, head, body: bytes, size: recordBytes(head.length, bytes.length) };
    pushRecord(chunks, entry, this.#nextId, 0);
    return chunks;
  }

  async #begin(path: string, capacity: number, checkpoint: readonly Uint8Array[], emergency: boolean): Promise<void> {
    const id = this.#nextId++;
    const lastNumber = this.lastNumber;
    let file: SpoolFile | undefined;
    try {
      file = await this.#fileSystem.open(path);
      await file.commit(checkpoint, 0);
      await this.#fileSystem.syncFolder(this.#options.folder);
    } catch (error) {
      await file?.close();
      await this.#fileSystem.remove(path);
      throw error;
    }
    const active = this.#active();
    if (active !== undefined) this.#seal(active);
    const end = lengthOf(checkpoint);
    this.#segments.push({ id, path, capacity, lastNumber, end, endIsGuess: false, file, emergency });
  }

  #usedBytes(): number {
    return this.#segments.reduce((sum, { capacity }) => sum + capacity, this.#spares.bytes);
  }

  /** Deletes the segments that hold no frame after `number`; one of them becomes the spare. */
  async release(number: number): Promise<void> {
    while (this.#segments.length > 0) {
      const segment = this.#segments[0]!;
      if (segment.file !== undefined || segment.lastNumber === undefined || segment.lastNumber > number) return;
      // The next segment's checkpoint carries on from here; while there is none this one is all that a restart has.
      if (this.#segments.length === 1) return;
      this.#segments.shift();
      const recycled = await this.#spares.recycle(segment.path, segment.capacity);
      if (!recycled) await this.#fileSystem.remove(segment.path);
      this.#full = undefined;
      this.#spares.prepareEmergency();
    }
  }

  /** Whether the last record found no room. */
  get isFull(): boolean {
    return this.#full !== undefined;
  }

  usage(): SpoolUsage {
    const full = this.#full !== undefined ? this.#full.reason : undefined;
    return { bytes: this.#usedBytes(), limitBytes: this.#budget.limitBytes, segments: this.#segments.length, full };
  }

  /** Waits for what was appended and closes the files; later appends fail. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== undefined) await this.#running;
    await this.#spares.stop();
    const active = this.#active();
    if (active === undefined) return;
    await active.file!.close();
    active.file = undefined;
  }
}

function chooseSizes({ limitBytes, segmentBytes }: SpoolOptions): SegmentSizes {
  const limit = limitBytes ?? DEFAULT_LIMIT_BYTES;
  // A small budget is cut into segments too: what is done with can be deleted only whole.
  const fitting = Math.max(MIN_SEGMENT_BYTES, Math.floor(limit / SEGMENTS_IN_BUDGET));
  const segment = segmentBytes ?? Math.min(DEFAULT_SEGMENT_BYTES, fitting);
  return { limit, segment, hasty: Math.min(HASTY_SEGMENT_BYTES, segment) };
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function pushRecord(
  chunks: Uint8Array[],
  entry: Pick<Entry, 'type' | 'number' | 'head' | 'body' | 'size'>,
  segment: number,
  durableEnd: number,
): void {
  const { type, number, head, body, size } = entry;
  chunks.push(encodeRecordHeader(type, number, head, body, segment, durableEnd), head, body);
  const pad = size - RECORD_HEADER_BYTES - head.length - body.length;
  if (pad > 0) chunks.push(padding.subarray(0, pad));
}
