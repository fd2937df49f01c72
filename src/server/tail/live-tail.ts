// Live tails: readers that get matching rows as they are acknowledged. A reader that is slow is not waited for: while it is, and
// when more comes in than it can be shown, rows are counted instead of sent, and it is told the count.
import type { LogRow } from '../../api/logs.ts';
import { codedError } from '../../base/coded-error.ts';
import type { ColumnBatch } from '../../model/column-batch.ts';
import type { Int64Column, MapColumn, StringColumn } from '../../model/columns.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { Tap, TappedFrame } from '../../storage/ports/tap.ts';
import { serverErrors } from '../errors.ts';
import type { LogConditions } from '../queries/conditions.ts';
import { readColumnLogRow, textEntries, type LabelLookup } from './column-log-row.ts';
import type { Identities, RowTest } from './field-reader.ts';
import { compileConditions } from './log-matcher.ts';

const MAX_TAILS = 50;
const FLUSH_MILLIS = 250;
/** Rows that one reader is sent, and rows that are looked at for it, between two flushes. */
const MAX_PENDING = 500;
const MAX_EXAMINED = 20_000;

/** Where the events of a tail go. */
export interface TailReader {
  /** False when the reader cannot take more for now; then `drained` is called when it can again. */
  send(event: 'rows' | 'skipped', data: unknown): boolean;
}

class TailSession {
  readonly #reader: TailReader;
  readonly #matches: RowTest;
  #pending: LogRow[] = [];
  #skipped = 0;
  #examined = 0;
  #isSlow = false;

  constructor(reader: TailReader, matches: RowTest) {
    this.#reader = reader;
    this.#matches = matches;
  }

  offer(block: TelemetryBlock, from: number, to: number, identities: Identities): void {
    for (let row = from; row < to; row++) {
      if (this.#isSlow || this.#examined >= MAX_EXAMINED || this.#pending.length >= MAX_PENDING) {
        this.#skipped += to - row;
        return;
      }
      this.#examined++;
      if (this.#matches(block.logs, row, identities))
        this.#pending.push(readColumnLogRow(block.logs, row, identities.resources, identities.streams));
    }
  }

  flush(): void {
    this.#examined = 0;
    if (this.#isSlow) return;
    if (this.#pending.length > 0) {
      this.#isSlow = !this.#reader.send('rows', { rows: this.#pending });
      this.#pending = [];
    }
    if (this.#skipped > 0 && !this.#isSlow) {
      this.#isSlow = !this.#reader.send('skipped', { count: this.#skipped });
      this.#skipped = 0;
    }
  }

  drained(): void {
    this.#isSlow = false;
  }
}

export interface OpenTail {
  /** The reader can take more again. */
  drained(): void;
  close(): void;
}

/** The labels of the identities that a block holds, read when first asked for. */
function labelsIn(
  identities: ColumnBatch & { fingerprint: Int64Column; labels: MapColumn<StringColumn> },
): LabelLookup {
  const known = new Map<bigint, Readonly<Record<string, string>>>();
  return (fingerprint) => {
    let labels = known.get(fingerprint);
    if (labels !== undefined) return labels;
    labels = {};
    for (let row = identities.rows - 1; row >= 0; row--) {
      if (identities.fingerprint.get(row) !== fingerprint) continue;
      labels = Object.fromEntries(textEntries(identities.labels, row));
      break;
    }
    known.set(fingerprint, labels);
    return labels;
  };
}

export class LiveTail implements Tap {
  readonly #sessions = new Set<TailSession>();
  #timer: NodeJS.Timeout | undefined;

  /** Open tails. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Sends rows that match from now on; throws TAILS_TOO_MANY, REQUEST_INVALID. */
  open(conditions: LogConditions, reader: TailReader): OpenTail {
    if (this.#sessions.size >= MAX_TAILS) throw codedError(serverErrors, 'TAILS_TOO_MANY', MAX_TAILS);
    const session = new TailSession(reader, compileConditions(conditions));
    this.#sessions.add(session);
    this.#timer ??= setInterval(() => this.#flush(), FLUSH_MILLIS);
    return {
      drained: () => session.drained(),
      close: () => {
        this.#sessions.delete(session);
        if (this.#sessions.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  #flush(): void {
    for (const session of this.#sessions) session.flush();
  }

  accepted(block: TelemetryBlock, frame: TappedFrame): void {
    if (this.#sessions.size === 0 || frame.from.logs === frame.to.logs) return;
    const identities = { resources: labelsIn(block.resources), streams: labelsIn(block.streams) };
    for (const session of this.#sessions) session.offer(block, frame.from.logs, frame.to.logs, identities);
  }
}
