// The records that ingest keeps in the spool beside the frames themselves. Types are numbers on disk: never reuse one.
import { MetricClasses, type ClassRule } from '../model/metric-classes.ts';
import { recordedAdmission } from './budget/refused-series.ts';
import type { DecodeContext, FrameCounts, FrameInput } from './intake.ts';

/** One frame: what an input handed over, whole. Head: FrameHead, body: the frame's body. */
export const FRAME = 1;
/** Ends a block: it holds every frame since the boundary before. Body: BoundaryBody. */
export const BOUNDARY = 2;
/** The engine has a block, or has refused it for good. Body: DoneBody. */
export const DONE = 3;
/** Rows that never became a frame. Body: TallyBody. */
export const TALLY = 4;

export interface FrameHead {
  readonly kind: string;
  readonly source: string;
  /** ns, decimal. */
  readonly received: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly position?: Readonly<Record<string, unknown>>;
  /** Its share of the ledger. */
  readonly counts: FrameCounts;
  /** Of the body, base64, when the same body again is a retry. */
  readonly hash?: string;
  /** Cut-offs that the decoder was given, ns, decimal: logs, spans, metrics. */
  readonly expiredBefore: readonly [string, string, string];
  /** Fingerprints of the series that were refused for the budget of their metric, as RefusedSeries encodes them. */
  readonly refusedSeries?: string;
  /** By which metrics had their retention class. */
  readonly classRules?: readonly ClassRule[];
}

/** Whether a head that nothing vouches for says whose rows it stood for, and how many. */
export function isFrameHead(head: Readonly<Record<string, unknown>> | undefined): boolean {
  const { source, received, counts } = (head ?? {}) as Partial<FrameHead>;
  if (typeof source !== 'string' || typeof received !== 'string' || !/^\d{1,19}$/.test(received)) return false;
  if (typeof counts !== 'object' || counts === null) return false;
  const rows = countNames.map((name) => counts[name]);
  return rows.every((count) => Number.isSafeInteger(count) && count >= 0 && count <= MAX_LOST_ROWS);
}

const countNames = ['received', 'stored', 'sampledAway', 'quarantined', 'refused', 'expired', 'clamped'] as const;
const MAX_LOST_ROWS = 1e7;

/** Rows by source. */
export type RowsBySource = Readonly<Record<string, number>>;

export interface BoundaryBody {
  /** Blocks count 1, 2, 3 … */
  readonly block: number;
  /** Number of the block's first frame; 0 when it has none. */
  readonly first: number;
  readonly last: number;
  /** For each source in the block: all its rows that ever went into the spool, up to here. */
  readonly entered: RowsBySource;
}

export interface DoneBody {
  readonly block: number;
  readonly last: number;
  readonly entered: RowsBySource;
  /** Rows of this block that the engine has now. */
  readonly stored: RowsBySource;
}

export interface Tally {
  readonly refused: number;
  readonly deduplicated: number;
}

export interface TallyBody {
  readonly at: number;
  readonly sources: Readonly<Record<string, Tally>>;
}

/** What a frame's record says of it. */
export function encodeFrameHead(
  { kind, meta, position }: FrameInput,
  { source, received, expiredBefore, classes }: DecodeContext,
  counts: FrameCounts,
  hash: Uint8Array | undefined,
  refusedSeries: string | undefined,
): FrameHead {
  const { logs, spans, metrics } = expiredBefore;
  return {
    kind,
    source,
    received: String(received),
    ...(meta === undefined ? {} : { meta }),
    ...(position === undefined ? {} : { position }),
    counts,
    ...(hash === undefined ? {} : { hash: Buffer.from(hash).toString('base64') }),
    expiredBefore: [String(logs), String(spans), String(metrics)],
    ...(refusedSeries === undefined ? {} : { refusedSeries }),
    ...(classes === undefined ? {} : { classRules: classes.rules }),
  };
}

// Frames of a replay nearly always have the same rules as the one before.
let lastClasses = { key: '', classes: new MetricClasses([]) };

function classesOf(rules: readonly ClassRule[] | undefined): MetricClasses | undefined {
  if (rules === undefined) return undefined;
  const key = JSON.stringify(rules);
  if (lastClasses.key !== key) lastClasses = { key, classes: new MetricClasses(rules) };
  return lastClasses.classes;
}

/** What the decoder was told when the frame came. */
export function contextOf(head: FrameHead): DecodeContext {
  const [logs, spans, metrics] = head.expiredBefore;
  return {
    source: head.source,
    received: BigInt(head.received) as DecodeContext['received'],
    meta: head.meta ?? {},
    expiredBefore: { logs: BigInt(logs), spans: BigInt(spans), metrics: BigInt(metrics) },
    classes: classesOf(head.classRules),
    admission: head.refusedSeries === undefined ? undefined : recordedAdmission(head.refusedSeries),
  };
}
