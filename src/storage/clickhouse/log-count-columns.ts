// Log records counted by minute, service and severity: made from a block while its files are written, so that a histogram of hours
// reads thousands of rows instead of millions. Whole minutes only; the ends of a range are counted from the rows themselves.
import { ColumnBatch } from '../../model/column-batch.ts';
import { DictionaryColumn, FixedColumn, Float64Column, Uint32Column, Uint8Column } from '../../model/columns.ts';
import type { LogColumns } from '../../model/log-columns.ts';

const MINUTE = 60_000_000_000;
const MINUTES_A_DAY = 1440;
/** Nearer to the turn of a minute than this the time as a double may lie on its wrong side. */
const UNSURE = 1024;

interface Count {
  weight: number;
  rows: number;
}

/** The minute since 1970 that row `row` lies in, exactly. */
function minuteOf(time: LogColumns['time'], row: number): number {
  const nanos = time.approximate(row);
  const minute = Math.floor(nanos / MINUTE);
  const rest = nanos - minute * MINUTE;
  if (rest >= UNSURE && rest <= MINUTE - UNSURE) return minute;
  const exact = time.get(row);
  const quotient = Number(exact / BigInt(MINUTE));
  return exact < 0n && exact % BigInt(MINUTE) !== 0n ? quotient - 1 : quotient;
}

export class LogCountColumns extends ColumnBatch {
  /** Minutes since 1970, signed. */
  readonly minute = new Uint32Column();
  readonly day = new FixedColumn(2);
  readonly retention = new Uint8Column();
  readonly service = new DictionaryColumn();
  readonly severity = new Uint8Column();
  readonly weight = new Float64Column();
  /** Rows themselves: fewer than the weight says where they were sampled. */
  readonly rowCount = new Float64Column();

  /** Replaces the contents by the counts of `logs`. */
  collect(logs: LogColumns): void {
    this.clear();
    const byMinute = new Map<number, Map<number, Count>>();
    let counts = new Map<number, Count>();
    let last: number | undefined;
    for (let row = 0; row < logs.rows; row++) {
      const place = minuteOf(logs.time, row) * 256 + logs.retention.get(row);
      if (place !== last) {
        last = place;
        counts = byMinute.get(place) ?? new Map<number, Count>();
        byMinute.set(place, counts);
      }
      const kind = logs.service.indexes.get(row) * 256 + logs.severity.get(row);
      const weight = logs.weight.get(row);
      const count = counts.get(kind);
      if (count === undefined) counts.set(kind, { weight, rows: 1 });
      else {
        count.weight += weight;
        count.rows++;
      }
    }
    for (const [place, kinds] of byMinute) this.#write(Math.floor(place / 256), place & 0xff, kinds, logs);
  }

  #write(minute: number, retention: number, kinds: ReadonlyMap<number, Count>, logs: LogColumns): void {
    const day = Math.max(0, Math.floor(minute / MINUTES_A_DAY));
    for (const [kind, { weight, rows }] of kinds) {
      this.minute.push(minute);
      this.day.pushBytes(Uint8Array.of(day & 0xff, day >> 8), 0);
      this.retention.push(retention);
      this.service.push(logs.service.keys.get(Math.floor(kind / 256)));
      this.severity.push(kind & 0xff);
      this.weight.push(weight);
      this.rowCount.push(rows);
      this.closeRow();
    }
  }
}
