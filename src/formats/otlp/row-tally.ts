// Counts what became of a request's rows and puts it into words for the sender.
import { codedError } from '../../base/coded-error.ts';
import { otlpErrors } from './errors.ts';
import type { WireReader } from './wire-reader.ts';

/** Bad rows of one request that are kept. */
const MAX_KEPT = 5;
const SAMPLE_BYTES = 256;
/** A row can be two bytes long, and a scope's attributes are repeated on each: what one request may become is bounded apart from its size. */
const MAX_ROWS = 1_000_000;
const MAX_REPEATED_BYTES = 512 * 1024 * 1024;

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
  #repeated = 0;
  #refused = 0;
  #quarantined = 0;
  readonly #quarantine: BadRowSample[] = [];
  #reason = '';

  /** Counts a row as received; throws a CodedError (413) when there are too many. */
  receive(): void {
    if (++this.received > MAX_ROWS) throw codedError(otlpErrors, 'OTLP_EXPANDS_TOO_FAR', MAX_ROWS, MAX_REPEATED_BYTES);
  }

  /** Counts bytes that are written again for each row; throws a CodedError (413) when there are too many. */
  repeat(bytes: number): void {
    this.#repeated += bytes;
    if (this.#repeated > MAX_REPEATED_BYTES) {
      throw codedError(otlpErrors, 'OTLP_EXPANDS_TOO_FAR', MAX_ROWS, MAX_REPEATED_BYTES);
    }
  }

  /** Counts a bad row, the message in `[start, end)`. */
  quarantine(reason: string, reader: WireReader, start: number, end: number): void {
    this.#quarantined++;
    if (this.#reason === '') this.#reason = reason;
    if (this.#quarantine.length === MAX_KEPT) return;
    const sample = reader.text(start, Math.min(end, start + SAMPLE_BYTES)).replaceAll(/\p{Cc}|\uFFFD/gu, '·');
    this.#quarantine.push({ reason, sample });
  }

  /** Counts a row that the protocol says to refuse. */
  refuse(reason: string): void {
    this.#refused++;
    if (this.#reason === '') this.#reason = reason;
  }

  /** `what` names the rows: log records, spans, data points. */
  outcome(what: string): RowOutcome {
    const counts = {
      received: this.received,
      stored: this.received - this.expired - this.#quarantined - this.#refused,
      quarantined: this.#quarantined,
      refused: this.#refused,
      expired: this.expired,
      sampledAway: 0,
      clamped: this.clamped,
    };
    const parts: string[] = [];
    const bad = this.#quarantined + this.#refused;
    if (bad > 0) {
      parts.push(`${bad} of ${this.received} ${what} could not be stored, the first because ${this.#reason}`);
    }
    if (this.expired > 0) parts.push(`${this.expired} of ${this.received} ${what} are older than what is kept`);
    if (parts.length === 0) return { counts, quarantine: [] };
    return { counts, quarantine: this.#quarantine, message: parts.join('; ') };
  }
}
