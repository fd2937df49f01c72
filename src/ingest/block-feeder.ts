// Brings closed blocks to the engine: one insert at a time, in order. A block comes straight from memory when the engine keeps up;
// when it does not, blocks are dropped from memory and decoded again from the spool, so that memory does not grow with the spool.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { StoredSeries, WrittenKeys } from '../model/stored-series.ts';
import { TelemetryBlock } from '../model/telemetry-block.ts';
import type { Spool } from '../spool/spool.ts';
import type { SpoolRecord } from '../spool/record.ts';
import { SpoolReader } from '../spool/spool-reader.ts';
import type { SpoolReaderOptions } from '../spool/spool-reader.ts';
import type { SpoolPlace } from '../spool/segment.ts';
import type { BlockFile, BlockSink, InsertOutcome } from '../storage/ports/block-sink.ts';
import type { BlockWriter } from '../storage/ports/block-writer.ts';
import { decodeFrame } from './decode-frame.ts';
import type { FrameKind } from './intake.ts';
import { Turn } from './turn.ts';
import type { IntakeState } from './intake-state.ts';
import type { Quarantine } from './quarantine.ts';
import { readLabels } from './read-labels.ts';
import { BOUNDARY, DONE, FRAME, contextOf } from './spool-records.ts';
import type { BoundaryBody, DoneBody, FrameHead, RowsBySource } from './spool-records.ts';

/** Blocks that lie as files: one is being inserted, the others wait. A file is cheap; a block that finds no room is decoded a second time. */
const MAX_PREPARED = 4;
const FIRST_RETRY_MILLIS = 100;
const LAST_RETRY_MILLIS = 5000;
/** What fails for this long is told. */
const WORTH_TELLING_MILLIS = 3000;

export interface BlockFeederOptions extends SpoolReaderOptions {
  readonly spool: Spool;
  readonly state: IntakeState;
  readonly kinds: ReadonlyMap<string, FrameKind>;
  readonly sink: BlockSink;
  readonly writer: BlockWriter;
  /** Where block files lie while they wait. */
  readonly folder: string;
  readonly quarantine: Quarantine;
  /** Learns the labels of the blocks that are stored; blocks leave out what it knows. */
  readonly storedSeries: StoredSeries;
  readonly log: Log;
}

/** A block in memory and the rows of each source in it. */
export interface BlockInMemory {
  readonly columns: TelemetryBlock;
  readonly stored: Map<string, number>;
}

interface PreparedBlock {
  readonly boundary: BoundaryBody;
  readonly from: SpoolPlace | undefined;
  readonly token: string;
  readonly files: readonly BlockFile[];
  readonly stored: RowsBySource;
  /** The series that it brings labels of, and the era of those that it lacks. */
  readonly keys: WrittenKeys;
  readonly reliesOn: string | undefined;
}

const decoder = new TextDecoder();

export class BlockFeeder {
  readonly #options: BlockFeederOptions;
  /** The second block: for decoding again, and given in exchange for a closed one. */
  #own: TelemetryBlock;
  /** Taken from the intake; its boundary is perhaps not durable yet. */
  #reserved: BlockInMemory | undefined;
  #fresh: { readonly boundary: BoundaryBody; readonly place: SpoolPlace } | undefined;
  /** Behind the boundary of the block that was prepared last. */
  #cursor: SpoolPlace | undefined;
  #closed: SpoolPlace | undefined;
  #reader: SpoolReader | undefined;
  readonly #prepareTurn: Turn;
  readonly #insertTurn: Turn;
  readonly #prepared: PreparedBlock[] = [];
  #waiters: { readonly block: number; readonly resolve: () => void }[] = [];
  readonly #stop = new AbortController();
  readonly #givingUp = new Set<() => void>();
  /** Whether acknowledged frames were found damaged, so that rows are missing that no block will account for. */
  lostFrames = false;

  constructor(options: BlockFeederOptions) {
    this.#options = options;
    this.#own = new TelemetryBlock(options.storedSeries);
    const report = (error: unknown): void =>
      options.log.error(`bringing blocks to the store: ${(error as Error).stack}`);
    this.#prepareTurn = new Turn(report);
    this.#insertTurn = new Turn(report);
  }

  /** Whether a block that is closed now would only wait: it had better grow, because large blocks merge cheaper. */
  get isBusy(): boolean {
    return this.#prepared.length > 1;
  }

  /** Takes a block that is being closed and gives an empty one for it; undefined when blocks have to come from the spool just now. */
  exchange(block: BlockInMemory): TelemetryBlock | undefined {
    const behind = this.#closed !== undefined && !isSame(this.#cursor, this.#closed);
    if (behind || this.#prepareTurn.busy || this.#reserved !== undefined || this.#prepared.length >= MAX_PREPARED)
      return undefined;
    if (this.#stop.signal.aborted) return undefined;
    this.#reserved = block;
    return this.#own;
  }

  /** Gives the memory of the block back that is not in use; false when blocks are still on their way through it. */
  rest(): boolean {
    const behind = this.#closed !== undefined && !isSame(this.#cursor, this.#closed);
    if (behind || this.#reserved !== undefined || this.#prepareTurn.busy) return false;
    this.#own = new TelemetryBlock(this.#options.storedSeries);
    return true;
  }

  #takeOver(): void {
    const { columns } = this.#reserved!;
    columns.clear();
    this.#own = columns;
    this.#reserved = undefined;
  }

  /** A boundary is durable at `place`; `taken` says whether `exchange` took its block. */
  closed(boundary: BoundaryBody, place: SpoolPlace, taken: boolean): void {
    this.#closed = place;
    if (taken) this.#fresh = { boundary, place };
    this.#prepareSoon();
  }

  /** Blocks before `place` are closed: begins to replay them. */
  replay(place: SpoolPlace): void {
    this.#closed = place;
    this.#prepareSoon();
  }

  /** Resolves when the engine has (or has refused) block number `block`. */
  whenDone(block: number): Promise<void> {
    if (this.#options.state.doneBlock >= block) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ block, resolve }));
  }

  #prepareSoon(): void {
    this.#prepareTurn.run(() => this.#prepareAll());
  }

  async #prepareAll(): Promise<void> {
    while (this.#prepared.length < MAX_PREPARED && !isSame(this.#cursor, this.#closed)) {
      if (this.#stop.signal.aborted) return;
      const prepared =
        this.#fresh === undefined
          ? await this.#retry('reading a block back from the spool', () => this.#prepareFromSpool())
          : await this.#prepareFromMemory();
      if (prepared === undefined) return;
      this.#prepared.push(prepared);
      this.#insertSoon();
    }
  }

  async #prepareFromMemory(): Promise<PreparedBlock | undefined> {
    const { boundary, place } = this.#fresh!;
    const { columns, stored } = this.#reserved!;
    const from = this.#cursor;
    await this.#closeReader();
    const prepared = await this.#write(boundary, from, columns, stored);
    if (prepared === undefined) return undefined;
    this.#fresh = undefined;
    this.#takeOver();
    this.#cursor = place;
    return prepared;
  }

  /** Decodes the frames up to the next boundary; undefined when the spool has none. */
  async #prepareFromSpool(): Promise<PreparedBlock | undefined> {
    const { spool, state } = this.#options;
    this.#reader ??= new SpoolReader(spool, this.#options, this.#cursor);
    const from = this.#cursor;
    const stored = new Map<string, number>();
    try {
      for (let item = await this.#reader.next(); item !== undefined; item = await this.#reader.next()) {
        if (this.#stop.signal.aborted) return undefined;
        const { record, place } = item;
        if (record === undefined) this.lostFrames = true;
        else if (record.type === FRAME && record.number > state.doneUpTo) this.#decode(record, stored);
        else if (record.type === BOUNDARY) {
          this.#cursor = place;
          const boundary = JSON.parse(decoder.decode(record.body)) as BoundaryBody;
          if (boundary.block > state.doneBlock) return await this.#write(boundary, from, this.#own, stored);
        }
      }
      // Frames behind the last boundary come again when theirs is written.
      await this.#closeReader();
      return undefined;
    } catch (error) {
      await this.#closeReader();
      this.#cursor = from;
      throw error;
    } finally {
      this.#own.clear();
    }
  }

  #decode({ number, head, body }: SpoolRecord, stored: Map<string, number>): void {
    const { kinds, state, quarantine } = this.#options;
    const frame = head as unknown as FrameHead;
    try {
      const kind = kinds.get(frame.kind);
      if (kind === undefined) throw new Error(`this version knows no frames of kind "${frame.kind}"`);
      const { outcome } = decodeFrame(kind, body, contextOf(frame), this.#own, state.ingester, number);
      stored.set(frame.source, (stored.get(frame.source) ?? 0) + outcome.counts.stored);
    } catch (error) {
      // It was decoded once, so this is another version of the program: its rows are counted as quarantined.
      quarantine.row(frame.source, `frame ${number} cannot be decoded any more: ${(error as Error).message}`, body);
    }
  }

  async #closeReader(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close();
  }

  async #write(
    boundary: BoundaryBody,
    from: SpoolPlace | undefined,
    columns: TelemetryBlock,
    stored: ReadonlyMap<string, number>,
  ): Promise<PreparedBlock | undefined> {
    const { state, writer, folder } = this.#options;
    const token = `${state.ingester.toString(16)}-${boundary.first}-${boundary.last}`;
    const files = await this.#retry('writing a block', () => writer.write(columns, folder, token));
    const { series } = columns;
    return (
      files && {
        boundary,
        from,
        token,
        files,
        stored: Object.fromEntries(stored),
        keys: series.keys(),
        reliesOn: series.reliesOn,
      }
    );
  }

  /** Tries until it works; undefined when stopped, or when `isFinal` says of the error that it never will. */
  async #retry<T>(what: string, run: () => Promise<T>, isFinal?: (error: unknown) => boolean): Promise<T | undefined> {
    const { log } = this.#options;
    const { signal } = this.#stop;
    let waited = 0;
    let isTold = false;
    for (let pause = FIRST_RETRY_MILLIS; !signal.aborted; pause = Math.min(pause * 2, LAST_RETRY_MILLIS)) {
      try {
        const value = await this.#untilStopped(run());
        if (signal.aborted) return undefined;
        if (isTold) log.info(`${what} works again`);
        return value;
      } catch (error) {
        if (isFinal?.(error) === true) throw error;
        // A store that starts is away for a moment, which worries nobody.
        if (!isTold && waited >= WORTH_TELLING_MILLIS) {
          log.warn(`${what} failed, will be tried again: ${(error as Error).message}`);
          isTold = true;
        }
        waited += pause;
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** The same, but rejects when everything is stopped: a store that hangs must not hold up a shutdown. */
  #untilStopped<T>(running: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error('stopped'));
      this.#givingUp.add(giveUp);
      running.then(resolve, reject).finally(() => this.#givingUp.delete(giveUp));
    });
  }

  #insertSoon(): void {
    this.#insertTurn.run(() => this.#insertAll());
  }

  async #insertAll(): Promise<void> {
    while (this.#prepared.length > 0 && !this.#stop.signal.aborted) {
      const stored = await this.#insert(this.#prepared[0]!);
      if (stored === undefined) return;
      const { boundary, files } = this.#prepared[0]!;
      const body: DoneBody = { block: boundary.block, last: boundary.last, entered: boundary.entered, stored };
      if ((await this.#retry('noting a stored block', () => this.#noteDone(body))) === undefined) return;
      this.#prepared.shift();
      await this.#options.spool.release(body.last);
      for (const { path } of files) await rm(path, { force: true });
      const done = this.#waiters.filter((waiter) => waiter.block <= body.block);
      this.#waiters = this.#waiters.filter((waiter) => waiter.block > body.block);
      for (const { resolve } of done) resolve();
      this.#prepareSoon();
    }
  }

  /** What the engine has of the block now; undefined when stopped. */
  async #insert(prepared: PreparedBlock): Promise<RowsBySource | undefined> {
    const { boundary, from, token, files, stored, keys, reliesOn } = prepared;
    const { sink, quarantine, spool, log, storedSeries } = this.#options;
    if (files.length === 0) return stored;
    const isRefused = (error: unknown): boolean => (error as { code?: unknown }).code === 'BLOCK_REFUSED';
    let outcome: InsertOutcome | undefined;
    try {
      outcome = await this.#retry('inserting a block', () => sink.insert(token, files, reliesOn), isRefused);
    } catch (error) {
      const reason = (error as Error).message;
      log.error(`the store refused block ${token}, it goes to quarantine: ${reason}`);
      await quarantine.block(token, boundary, reason, new SpoolReader(spool, this.#options, from));
      return {};
    }
    if (outcome?.kind === 'labels-missing') {
      storedSeries.forget();
      const whole = await this.#retry('reading labels back from the spool', () => this.#withLabels(prepared));
      if (whole === undefined) return undefined;
      this.#prepared[0] = whole;
      return this.#insert(whole);
    }
    if (outcome?.era !== undefined) storedSeries.add(outcome.era, keys);
    return outcome && stored;
  }

  /** The block with all of its labels. */
  async #withLabels(prepared: PreparedBlock): Promise<PreparedBlock> {
    const { boundary, from, token, files } = prepared;
    const { state, spool } = this.#options;
    const reader = new SpoolReader(spool, this.#options, from);
    try {
      const name = `${token}.labels`;
      const labels = await readLabels(reader, boundary, files, { ...this.#options, ingester: state.ingester, name });
      return { ...prepared, ...labels, reliesOn: undefined };
    } finally {
      await reader.close();
    }
  }

  #noteDone(body: DoneBody): Promise<true> {
    const { spool, state } = this.#options;
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      spool.append(
        { type: DONE, body: bytes, control: true },
        {
          durable: () => {
            state.done(body);
            resolve(true);
          },
          failed: reject,
        },
      );
    });
  }

  /** Ends retries and replay; what the engine does not have stays in the spool. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const giveUp of this.#givingUp) giveUp();
    while (this.#prepareTurn.busy || this.#insertTurn.busy) await sleep(5);
    await this.#closeReader();
  }
}

function isSame(a: SpoolPlace | undefined, b: SpoolPlace | undefined): boolean {
  return a?.segment === b?.segment && a?.offset === b?.offset;
}
