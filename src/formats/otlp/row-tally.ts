// Counts what became of a request's rows and puts it into words for the sender.
import type { WireReader } from './wire-reader.ts';

/** Bad rows of one request that are kept. */
const MAX_KEPT = 5;
const SAMPLE_BYTES = 256;

/** A row that could not be understood. */
export interface BadRowSample {
  readonly reason: string;
  readonly sample: string;
}

/** What became of the rows of one request. */
export interface RowOutcome {
  readonly counts: {
    readonly received: number;
    readonly stored: number;
    readonly quarantined: number;
    readonly refused: number;
    readonly expired: number;
    readonly sampledAway: number;
    readonly clamped: number;
  };
  readonly quarantine: readonly BadRowSample[];
  readonly message?: string;
}

export class RowTally {
  received = 0;
  expired = 0;
  clamped = 0;
  #quarantined = 0;
  readonly #quarantine: BadRowSample[] = [];
  #reason = '';

  /** Counts a bad row, the message in `[start, end)`. */
  quarantine(reason: string, reader: WireReader, start: number, end: number): void {
    this.#quarantined++;
    if (this.#reason === '') this.#reason = reason;
    if (this.#quarantine.length === MAX_KEPT) return;
    const sample = reader.text(start, Math.min(end, start + SAMPLE_BYTES)).replaceAll(/\p{Cc}|\uFFFD/gu, '·');
    this.#quarantine.push({ reason, sample });
  }

  /** `what` names the rows: log records, spans, data points. */
  outcome(what: string): RowOutcome {
    const counts = {
      received: this.received,
      stored: this.received - this.expired - this.#quarantined,
      quarantined: this.#quarantined,
      refused: 0,
      expired: this.expired,
      sampledAway: 0,
      clamped: this.clamped,
    };
    const parts: string[] = [];
    if (this.#quarantined > 0) {
      parts.push(
        `${this.#quarantined} of ${this.received} ${what} could not be stored, the first because ${this.#reason}`,
      );
    }
    if (this.expired > 0) parts.push(`${this.expired} of ${this.received} ${what} are older than what is kept`);
    if (parts.length === 0) return { counts, quarantine: [] };
    return { counts, quarantine: this.#quarantine, message: parts.join('; ') };
  }
}
