// The intake: decodes a frame, appends it to the spool, answers when it is durable, and closes blocks for the feeder.
// Everything from decoding to appending happens in one turn, so that the order of frames in the block is that of the spool and a
// boundary stands exactly between two blocks. A failed commit fails all that waits, youngest first, and each frame cuts its rows off.
// One file because these turns must not be torn apart; what can stand alone (ledger, duplicates, tallies, feeder) stands beside it.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import type { MetricClasses } from '../model/metric-classes.ts';
import { blockBytes, truncateBlock } from '../model/block-mark.ts';
import { StoredSeries } from '../model/stored-series.ts';
import { TelemetryBlock } from '../model/telemetry-block.ts';
import { millisFromNanos } from '../model/units.ts';
import { Spool } from '../spool/spool.ts';
import type { SpoolOptions, SpoolUsage } from '../spool/spool.ts';
import type { FileSystem } from '../spool/file-system.ts';
import { spoolError } from '../spool/spool-errors.ts';
import type { BlockSink } from '../storage/ports/block-sink.ts';
import type { BlockWriter } from '../storage/ports/block-writer.ts';
import type { Tap } from '../storage/ports/tap.ts';
import { BlockFeeder } from './block-feeder.ts';
import { BlockInterval } from './block-interval.ts';
import { bodyHash } from './body-hash.ts';
import type { FrameAdmission, SeriesBudget } from './budget/series-budget.ts';
import { decodeFrame } from './decode-frame.ts';
import type { DecodedFrame } from './decode-frame.ts';
import type { Accepted, DecodeContext, FrameInput, FrameKind, Intake } from './intake.ts';
import { IntakeState } from './intake-state.ts';
import type { Position } from './intake-state.ts';
import type { LedgerRow } from './ledger.ts';
import { PendingTallies } from './pending-tallies.ts';
import { Quarantine } from './quarantine.ts';
import type { QuarantinedRow } from './quarantine.ts';
import { BOUNDARY, FRAME, TALLY, encodeFrameHead } from './spool-records.ts';
import type { BoundaryBody, TallyBody } from './spool-records.ts';

const MAX_BLOCK_ROWS = 200_000;
/** A sample takes 38 bytes, and a block of many is merged less often. */
const SAMPLE_WEIGHT = 1 / 4;
/** 200 000 ordinary rows with their identifiers and maps take 55 MiB. */
const MAX_BLOCK_BYTES = 64 << 20;
const MEASURE_EVERY_BYTES = 256 << 10;
const TICK_MILLIS = 250;
/** When nothing comes for so long, the next row is wanted soon. */
const IDLE_MILLIS = 15_000;
/** Blocks that have grown large give their memory back when no more large ones come for so long. */
const REST_MILLIS = 3000;
/** Blocks beyond this size are let go when the load is over. */
const LARGE_BLOCK_BYTES = MAX_BLOCK_BYTES / 16;

/** How old rows may be when they come, ns, by signal. */
export interface Retention {
  readonly logs: bigint;
  readonly spans: bigint;
  readonly metrics: bigint;
}

export interface IntakeOptions {
  /** Segments lie here, block files in `blocks` under it. */
  readonly spoolFolder: string;
  readonly quarantineFolder: string;
  readonly fileSystem: FileSystem;
  readonly kinds: readonly FrameKind[];
  readonly sink: BlockSink;
  readonly writer: BlockWriter;
  readonly retention: () => Retention;
  readonly log: Log;
  /** Series beyond it are refused; none are when undefined. */
  readonly seriesBudget?: SeriesBudget;
  /** The retention class of each metric; 0 when undefined. The same as long as the process lives: a block has a series in one class. */
  readonly metricClasses?: MetricClasses | undefined;
  readonly taps?: readonly Tap[];
  /** Unix ms. */
  readonly now?: () => number;
  /** Calls `run` every so often until the returned function is called; a test calls it by hand. */
  readonly every?: (millis: number, run: () => void) => () => void;
  readonly spool?: Pick<SpoolOptions, 'segmentBytes' | 'limitBytes' | 'freeSpaceFloor' | 'fullForMillis'>;
  readonly block?: { readonly maxRows?: number; readonly maxBytes?: number };
  /** Called when a heavy load is over and the blocks it needed were let go. */
  readonly onRest?: () => void;
}

/** The block that frames are decoded into. */
interface OpenBlock {
  columns: TelemetryBlock;
  first: number;
  last: number;
  openedAt: number;
  stored: Map<string, number>;
}

/** A block on its way to its boundary. */
interface ClosingBlock {
  readonly block: OpenBlock;
  readonly number: number;
  /** The boundary speaks of every source that has rows in the spool. */
  readonly allSources: boolean;
  readonly takenByFeeder: boolean;
}

export class SpooledIntake implements Intake {
  readonly #options: IntakeOptions;
  readonly #state: IntakeState;
  readonly #spool: Spool;
  readonly #feeder: BlockFeeder;
  readonly #quarantine: Quarantine;
  readonly #kinds: ReadonlyMap<string, FrameKind>;
  readonly #now: () => number;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #lastNumber: number;
  /** Labels that need not be written with the next block. */
  readonly #storedSeries = new StoredSeries();
  #open: OpenBlock = newOpenBlock(new TelemetryBlock(this.#storedSeries));
  #openPeakBytes = 0;
  #lastLargeAt = 0;
  /** Bodies decoded since the block was measured. */
  #unmeasuredBytes = 0;
  /** Closed, its boundary not durable yet. */
  #closing: ClosingBlock | undefined;
  /** The boundary of `#closing` could not be written and has to come before the next frame. */
  #boundaryFailed = false;
  #turnedAway = 0;
  #closedBlock: number;
  readonly #interval = new BlockInterval();
  #lastFrameAt = 0;
  /** Callers that wait for a block to decode into. */
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  /** Bodies on their way to the disk: the same body again waits for them. */
  readonly #inFlight = new Map<string, Promise<Accepted>>();
  readonly #tallies = new PendingTallies();
  readonly #stopTicking: () => void;
  #stopped = false;

  private constructor(options: IntakeOptions, state: IntakeState, spool: Spool, quarantine: Quarantine) {
    this.#options = options;
    this.#state = state;
    this.#spool = spool;
    this.#quarantine = quarantine;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    this.#now = options.now ?? Date.now;
    this.#maxRows = options.block?.maxRows ?? MAX_BLOCK_ROWS;
    this.#maxBytes = options.block?.maxBytes ?? MAX_BLOCK_BYTES;
    this.#lastNumber = spool.lastNumber;
    this.#closedBlock = state.closedBlock;
    const { fileSystem, quarantineFolder, log, sink, writer, spoolFolder } = options;
    this.#feeder = new BlockFeeder({
      fileSystem,
      quarantineFolder,
      log,
      sink,
      writer,
      spool,
      state,
      quarantine,
      kinds: this.#kinds,
      storedSeries: this.#storedSeries,
      folder: join(spoolFolder, 'blocks'),
    });
    this.#stopTicking = (options.every ?? everyMillis)(TICK_MILLIS, () => this.#tick());
  }

  /** Opens the spool, takes up what an earlier process left and begins to bring it to the engine. Resolves when frames are taken. */
  static async start(options: IntakeOptions): Promise<SpooledIntake> {
    const { spoolFolder, quarantineFolder, fileSystem, log } = options;
    const blocks = join(spoolFolder, 'blocks');
    await rm(blocks, { recursive: true, force: true });
    await mkdir(blocks, { recursive: true });
    const state = new IntakeState();
    const spool = await Spool.open(
      { ...options.spool, folder: spoolFolder, quarantineFolder, fileSystem, log, checkpoint: () => state.save() },
      state,
    );
    state.ledger.settle();
    // A crash may bring deleted segments back.
    await spool.release(state.doneUpTo);
    const intake = new SpooledIntake(options, state, spool, new Quarantine(quarantineFolder, log));
    intake.#closeLeftOver();
    return intake;
  }

  /** The frames behind the last boundary are a block of their own; the boundary also settles what was lost. */
  #closeLeftOver(): void {
    const left = this.#spool.segments.at(-1);
    if (left === undefined) return;
    this.#feeder.replay({ segment: left.id, offset: left.end! });
    this.#open.first = this.#state.openFirst;
    this.#open.last = this.#lastNumber;
    this.#close(true);
  }

  async accept(frame: FrameInput): Promise<Accepted> {
    try {
      return await this.#admit(frame);
    } catch (error) {
      // The sender keeps it and comes again, so that it is no row of the ledger.
      if (error instanceof CodedError && error.retryAfterSeconds !== undefined) this.#turnedAway++;
      throw error;
    }
  }

  /** Requests that were told to come again, since the start. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  async #admit(frame: FrameInput): Promise<Accepted> {
    this.#checkRunning();
    if (frame.deduplicate !== true) return this.#take(frame, undefined);
    const hash = bodyHash(this.#state.hashKey, frame.body);
    const key = Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('latin1');
    const before = this.#inFlight.get(key);
    if (before !== undefined) return this.#acceptDuplicate(frame.source, (await before).counts.received);
    const known = this.#state.duplicates.find(hash, millisFromNanos(frame.received));
    if (known !== undefined) return this.#acceptDuplicate(frame.source, known);
    const taken = this.#take(frame, hash);
    this.#inFlight.set(key, taken);
    try {
      return await taken;
    } finally {
      this.#inFlight.delete(key);
    }
  }

  #checkRunning(): void {
    if (this.#stopped) throw spoolError('SPOOL_CLOSED', []);
  }

  #acceptDuplicate(source: string, rows: number): Accepted {
    this.#tallies.add(source, { refused: 0, deduplicated: rows });
    return {
      duplicate: true,
      counts: { received: rows, stored: 0, quarantined: 0, refused: 0, expired: 0, sampledAway: 0, clamped: 0 },
      quarantine: [],
    };
  }

  async #take(frame: FrameInput, hash: Uint8Array | undefined): Promise<Accepted> {
    this.#spool.checkRoom(frame.body.length);
    while (this.#closing !== undefined && !this.#closing.takenByFeeder) await this.#blockFree();
    this.#checkRunning();
    if (this.#boundaryFailed) this.#appendBoundary();
    const kind = this.#kinds.get(frame.kind);
    if (kind === undefined) throw new Error(`bug: no frame kind "${frame.kind}" is registered`);
    const at = millisFromNanos(frame.received);
    const source = this.#state.ledger.nameOf(frame.source);
    const admission = this.#options.seriesBudget?.begin(this.#now());
    const context = this.#contextOf(frame, source, admission);
    const block = this.#open;
    const number = this.#lastNumber + 1;
    let decoded: DecodedFrame;
    try {
      decoded = decodeFrame(kind, frame.body, context, block.columns, this.#state.ingester, number);
    } catch (error) {
      admission?.failed();
      // A body that cannot be used at all counts as one row.
      if (error instanceof CodedError) this.refuse(source, 1, error.message);
      throw error;
    }
    this.#lastNumber = number;
    this.#unmeasuredBytes += frame.body.length;
    const { counts } = decoded.outcome;
    const head = encodeFrameHead(frame, context, counts, hash, admission?.refused());
    const previous = { first: block.first, last: block.last };
    if (block.first === 0) {
      block.first = number;
      block.openedAt = this.#now();
    }
    block.last = number;
    this.#lastFrameAt = this.#now();
    block.stored.set(source, (block.stored.get(source) ?? 0) + counts.stored);
    this.#state.ledger.append(source, counts.stored, at);
    const durable = new Promise<Accepted>((resolve, reject) => {
      this.#spool.append(
        { type: FRAME, number, head, body: frame.body },
        {
          durable: () => {
            this.#state.frame(number, head);
            admission?.durable();
            this.#tell(frame, number, block.columns, decoded);
            resolve({ ...decoded.outcome, duplicate: false });
          },
          failed: (error) => {
            admission?.failed();
            truncateBlock(block.columns, decoded.from);
            Object.assign(block, previous);
            block.stored.set(source, block.stored.get(source)! - counts.stored);
            this.#state.ledger.append(source, -counts.stored, at);
            reject(error);
          },
        },
      );
    });
    this.#appendTallies();
    this.#closeIfFull();
    return durable;
  }

  #contextOf({ received, meta }: FrameInput, source: string, admission: FrameAdmission | undefined): DecodeContext {
    const { logs, spans, metrics } = this.#options.retention();
    const expiredBefore = { logs: received - logs, spans: received - spans, metrics: received - metrics };
    return { source, received, meta: meta ?? {}, expiredBefore, admission, classes: this.#options.metricClasses };
  }

  /** Whether the columns have come to the limit; looked at after every so many bytes of frames, because adding up all columns takes 25 µs. */
  #isLarge(columns: TelemetryBlock): boolean {
    if (this.#unmeasuredBytes < MEASURE_EVERY_BYTES) return false;
    this.#unmeasuredBytes = 0;
    const bytes = blockBytes(columns);
    this.#openPeakBytes = Math.max(this.#openPeakBytes, bytes);
    if (bytes >= LARGE_BLOCK_BYTES) this.#lastLargeAt = this.#now();
    return bytes >= this.#maxBytes;
  }

  #blockFree(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Taps and quarantine hear of a durable frame; its rows still stand where they were decoded to. */
  #tell(frame: FrameInput, number: number, columns: TelemetryBlock, { outcome, from, to }: DecodedFrame): void {
    for (const { reason, sample } of outcome.quarantine) {
      this.#quarantine.row(frame.source, reason, sample, millisFromNanos(frame.received));
    }
    for (const tap of this.#options.taps ?? []) {
      try {
        tap.accepted(columns, { number, source: frame.source, received: frame.received, from, to });
      } catch (error) {
        this.#options.log.error(`a tap failed: ${String((error as Error).stack)}`);
      }
    }
  }

  /** Closes the open block. `leftOver`: its rows are not in memory but in the spool, from before the start. */
  #close(leftOver = false): void {
    const block = this.#open;
    const allSources = leftOver || this.#feeder.lostFrames;
    this.#feeder.lostFrames = false;
    const replacement = leftOver ? undefined : this.#feeder.exchange(block);
    const takenByFeeder = replacement !== undefined;
    this.#closing = { block, number: ++this.#closedBlock, allSources, takenByFeeder };
    if (replacement !== undefined) this.#open = newOpenBlock(replacement);
    this.#appendBoundary();
  }

  #appendBoundary(): void {
    const { block, number, allSources, takenByFeeder } = this.#closing!;
    // Made anew for every attempt: a failed commit takes frames out of the block.
    const boundary: BoundaryBody = {
      block: number,
      first: block.first,
      last: block.first === 0 ? this.#spool.lastNumber : block.last,
      entered: this.#state.ledger.entered(allSources ? undefined : block.stored.keys()),
    };
    this.#boundaryFailed = false;
    this.#spool.append(
      { type: BOUNDARY, body: new TextEncoder().encode(JSON.stringify(boundary)), control: true },
      {
        durable: (place) => {
          this.#state.boundary(boundary);
          this.#closing = undefined;
          if (!takenByFeeder) {
            block.columns.clear();
            this.#open = newOpenBlock(block.columns);
          }
          this.#feeder.closed(boundary, place, takenByFeeder);
          for (const { resolve } of this.#waiting.splice(0)) resolve();
          this.#closeIfFull();
        },
        failed: (error) => {
          this.#boundaryFailed = true;
          for (const { reject } of this.#waiting.splice(0)) reject(error);
        },
      },
    );
  }

  #closeIfFull(): void {
    // One boundary at a time; the block grows a little until it is durable.
    if (this.#closing !== undefined) return;
    const { columns } = this.#open;
    const weight = columns.rows - columns.samples.rows * (1 - SAMPLE_WEIGHT);
    if (weight >= this.#maxRows || this.#isLarge(columns)) this.#close();
  }

  refuse(source: string, rows: number, reason: string): void {
    this.#tallies.add(source, { refused: rows, deduplicated: 0 });
    this.#quarantine.row(source, reason, '', this.#now());
  }

  /** Rows that never became a frame ride along with the next commit. */
  #appendTallies(): void {
    // While the spool is full an empty record finds out whether there is room again.
    if (this.#tallies.isEmpty && !this.#spool.isFull) return;
    const body: TallyBody = { at: this.#now(), sources: this.#tallies.take() };
    this.#spool.append(
      { type: TALLY, body: new TextEncoder().encode(JSON.stringify(body)) },
      { durable: () => this.#state.ledger.tally(body), failed: () => this.#tallies.putBack(body.sources) },
    );
  }

  #tick(): void {
    if (this.#boundaryFailed) {
      this.#appendBoundary();
      return;
    }
    this.#appendTallies();
    const now = this.#now();
    if (this.#closing !== undefined) return;
    const { first, openedAt, columns } = this.#open;
    if (first === 0) {
      if (this.#feeder.lostFrames) this.#close();
      else this.#rest(now);
    } else if (this.#interval.isOver(openedAt, now) && !this.#feeder.isBusy) {
      this.#interval.closed(blockBytes(columns), columns.rows - columns.samples.rows);
      this.#close();
    }
  }

  /** When nothing comes, the next block is closed soon; when little comes, the memory of a heavy load goes back. */
  #rest(now: number): void {
    if (now - this.#lastFrameAt >= IDLE_MILLIS) this.#interval.reset();
    if (this.#openPeakBytes < LARGE_BLOCK_BYTES || now - this.#lastLargeAt < REST_MILLIS || !this.#feeder.rest())
      return;
    this.#openPeakBytes = 0;
    this.#open = newOpenBlock(new TelemetryBlock(this.#storedSeries));
    // When nobody who looked at the old blocks is under way any more.
    const { onRest } = this.#options;
    if (onRest !== undefined) setImmediate(onRest);
  }

  /** Closes the open block; resolves when the engine has everything that was acknowledged before the call. */
  async flush(): Promise<void> {
    while (this.#closing !== undefined && !this.#boundaryFailed) await this.#blockFree();
    if (this.#open.first !== 0 && this.#closing === undefined) this.#close();
    await this.#feeder.whenDone(this.#closedBlock);
  }

  /** Last position that each source handed over with a durable frame. */
  positions(): ReadonlyMap<string, Position> {
    return this.#state.positions;
  }

  /** The loss ledger, by source. */
  ledger(): LedgerRow[] {
    return this.#state.ledger.snapshot(this.#now());
  }

  spoolUsage(): SpoolUsage {
    return this.#spool.usage();
  }

  /** The newest rows in quarantine. */
  quarantined(): readonly QuarantinedRow[] {
    return this.#quarantine.recent;
  }

  /** For a shutdown: takes nothing more, brings to the engine what it can within `millis`, leaves the rest in the spool. */
  async drain(millis = 8000): Promise<void> {
    this.#stopped = true;
    this.#stopTicking();
    this.#appendTallies();
    const flushed = this.flush().catch((error: unknown) => this.#options.log.warn(String(error)));
    await Promise.race([flushed, sleep(millis, undefined, { ref: false })]);
    await this.#feeder.stop();
    await this.#spool.close();
  }
}

function everyMillis(millis: number, run: () => void): () => void {
  const timer = setInterval(run, millis);
  timer.unref();
  return () => clearInterval(timer);
}

function newOpenBlock(columns: TelemetryBlock): OpenBlock {
  return { columns, first: 0, last: 0, openedAt: 0, stored: new Map() };
}
