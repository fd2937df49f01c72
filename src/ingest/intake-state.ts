// Everything that the intake knows across restarts. It changes by the spool's records alone, the same way when one becomes durable
// and when one is read back; a segment's checkpoint is a copy of it.
import { randomInt } from 'node:crypto';
import { millisFromNanos } from '../model/units.ts';
import type { DamagedRecord, SpoolRecord } from '../spool/record.ts';
import { CHECKPOINT } from '../spool/record.ts';
import type { CheckpointBody } from '../spool/segment.ts';
import { newHashKey } from './body-hash.ts';
import { DuplicateFilter } from './duplicate-filter.ts';
import { Ledger } from './ledger.ts';
import { BOUNDARY, DONE, FRAME, TALLY, isFrameHead } from './spool-records.ts';
import type { BoundaryBody, DoneBody, FrameHead, TallyBody } from './spool-records.ts';

/** Hashes that a checkpoint carries: with more, only those of the newest bodies outlive the segment that they stand in. */
const SAVED_HASHES = 1 << 15;
const MAX_POSITIONS = 20_000;

export type Position = Readonly<Record<string, unknown>>;

interface SavedState {
  readonly ingester: number;
  readonly hashKey: string;
  readonly ledger: unknown;
  readonly positions: [string, Position][];
  readonly hashes: [string, number, number][];
  readonly closedBlock: number;
  readonly doneBlock: number;
  readonly doneUpTo: number;
  readonly openFirst: number;
}

const decoder = new TextDecoder();
const parse = <T>(body: Uint8Array): T => JSON.parse(decoder.decode(body)) as T;

export class IntakeState {
  /** Marks the rows of this data folder among those of others. */
  ingester = randomInt(1, 2 ** 32);
  hashKey: Uint8Array = newHashKey();
  readonly ledger = new Ledger();
  readonly positions = new Map<string, Position>();
  readonly duplicates = new DuplicateFilter();
  /** Number of the last block that has its boundary, and of the last one that the engine has, or has refused. */
  closedBlock = 0;
  doneBlock = 0;
  /** Last frame of that block. */
  doneUpTo = 0;
  /** First frame behind the last boundary; 0 when there is none. */
  openFirst = 0;

  /** Takes in a record that is durable. */
  restore({ type, number, head, body }: SpoolRecord): void {
    if (type === FRAME) this.frame(number, head as unknown as FrameHead);
    else if (type === BOUNDARY) this.#restoreBoundary(parse(body));
    else if (type === DONE) this.done(parse(body));
    else if (type === TALLY) this.ledger.tally(parse<TallyBody>(body));
    else if (type === CHECKPOINT) this.#load(parse<CheckpointBody>(body).state as SavedState);
  }

  /**
   * Counts the rows of a damaged frame as far as its head can be read: they came, and will be missing in their block. Its input goes on
   * from the place before it, and its body, which may come again, is not known.
   */
  lost({ type, number, head }: DamagedRecord): void {
    if (type !== FRAME || !isFrameHead(head)) return;
    const { source, counts, received } = head as unknown as FrameHead;
    this.ledger.frame(source, counts, millisFromNanos(BigInt(received)));
    if (this.openFirst === 0) this.openFirst = number;
  }

  frame(number: number, head: FrameHead): void {
    const { source, counts, position, hash } = head;
    const at = millisFromNanos(BigInt(head.received));
    this.ledger.frame(source, counts, at);
    if (this.openFirst === 0) this.openFirst = number;
    if (position !== undefined) this.#setPosition(source, position);
    if (hash !== undefined) this.duplicates.add(Buffer.from(hash, 'base64'), counts.received, at);
  }

  #setPosition(source: string, position: Position): void {
    // Entered anew, so that the first entries are those that were not touched for longest.
    this.positions.delete(source);
    this.positions.set(source, position);
    if (this.positions.size > MAX_POSITIONS) this.positions.delete(this.positions.keys().next().value!);
  }

  boundary({ block }: BoundaryBody): void {
    this.closedBlock = block;
    this.openFirst = 0;
  }

  #restoreBoundary(boundary: BoundaryBody): void {
    this.ledger.boundary(boundary.entered);
    this.boundary(boundary);
  }

  done(body: DoneBody): void {
    this.doneBlock = body.block;
    this.doneUpTo = body.last;
    this.ledger.done(body);
  }

  save(): unknown {
    return {
      ingester: this.ingester,
      hashKey: Buffer.from(this.hashKey).toString('base64'),
      ledger: this.ledger.save(),
      positions: Array.from(this.positions),
      hashes: this.duplicates.save(SAVED_HASHES),
      closedBlock: this.closedBlock,
      doneBlock: this.doneBlock,
      doneUpTo: this.doneUpTo,
      openFirst: this.openFirst,
    } satisfies SavedState;
  }

  #load(saved: SavedState): void {
    this.ingester = saved.ingester;
    this.hashKey = Buffer.from(saved.hashKey, 'base64');
    this.ledger.load(saved.ledger);
    this.positions.clear();
    for (const [source, position] of saved.positions) this.positions.set(source, position);
    for (const [hash, rows, at] of saved.hashes) this.duplicates.add(Buffer.from(hash, 'base64'), rows, at);
    this.closedBlock = saved.closedBlock;
    this.doneBlock = saved.doneBlock;
    this.doneUpTo = saved.doneUpTo;
    this.openFirst = saved.openFirst;
  }
}
