// What every input hands over: a frame. The intake decodes it, appends it to the spool, and resolves when it is durable.
import type { UnixNanos } from '../model/units.ts';
import type { MetricClasses } from '../model/metric-classes.ts';
import type { SeriesAdmission } from '../model/series-admission.ts';
import type { TelemetryBlock } from '../model/telemetry-block.ts';

/** What came in, whole, as it can be decoded again after a crash. */
export interface FrameInput {
  /** Name of the FrameKind that decodes it: otlp-logs-protobuf, lines, scrape … */
  readonly kind: string;
  /** Who sent it, for the loss ledger: `otlp/grpc`, `tail:/var/log/app.log`, `scrape:job/instance`. */
  readonly source: string;
  /** When it came. */
  readonly received: UnixNanos;
  /** What the decoder needs beside the body; small, JSON. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Where the input stands behind this frame (file offset, …); small, JSON. Kept with the frame, read back at start. */
  readonly position?: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
  /** Whether the same body within ten minutes is a retry and is stored once (OTLP). */
  readonly deduplicate?: boolean;
}

/** Counts of one frame's rows; `received` = stored + all the others. */
export interface FrameCounts {
  readonly received: number;
  readonly stored: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly expired: number;
  readonly sampledAway: number;
  /** Rows whose time lay in the future and became the arrival time (they are stored). */
  readonly clamped: number;
}

/** A row that could not be understood. */
export interface Quarantined {
  readonly reason: string;
  /** The first bytes of it. */
  readonly sample: string;
}

export interface DecodeOutcome {
  readonly counts: FrameCounts;
  /** First few bad rows. */
  readonly quarantine: readonly Quarantined[];
  /** For the sender, when something was not stored. */
  readonly message?: string;
}

/** What a decoder may know beside the frame; the same at replay as at arrival. */
export interface DecodeContext {
  readonly source: string;
  readonly received: UnixNanos;
  readonly meta: Readonly<Record<string, unknown>>;
  /** Rows older than this (ns) are expired on arrival; by signal. */
  readonly expiredBefore: { readonly logs: bigint; readonly spans: bigint; readonly metrics: bigint };
  /** Which series may be stored; all when undefined. */
  readonly admission?: SeriesAdmission | undefined;
  /** Retention classes of metrics; all are of class 0 when undefined. */
  readonly classes?: MetricClasses | undefined;
}

/**
 * One kind of frame. `decode` appends the rows to `block` and is a pure function of context and body. It throws a CodedError
 * (status 400) when the body as a whole is unusable; the intake then cuts the block back and nothing of the frame is kept.
 */
export interface FrameKind {
  readonly name: string;
  decode(body: Uint8Array, context: DecodeContext, block: TelemetryBlock): DecodeOutcome;
}

export interface Accepted extends DecodeOutcome {
  /** The body came before and was not stored again. */
  readonly duplicate: boolean;
}

export interface Intake {
  /**
   * Resolves when the frame is durable. Rejects with a CodedError: the decoder's, or SPOOL_FULL (429/503 with retryAfterSeconds).
   * The body must not change before that; then it is the caller's again.
   */
  accept(frame: FrameInput): Promise<Accepted>;
  /** Counts rows that never became a frame (a body too large, a wrong content type); durable with the next group commit. */
  refuse(source: string, rows: number, reason: string): void;
}
