// Log records counted by minute, service and severity: made from a block while its files are written, so that a histogram of hours
// reads thousands of rows instead of millions. Whole minutes only; the ends of a range are counted from the rows themselves.
import { ColumnBatch } from '../../model/column-batch.ts';
import { DictionaryColumn, FixedColumn, Float64Column, Uint32Column, Uint8Column } from '../../model/columns.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import { dayBytes, minuteOf } from './minute-of.ts';

interface Count {
  weight: number;
  rows: number;
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
    for (const [kind, { weight, rows }] of kinds) {
      this.minute.push(minute);
      this.day.pushBytes(dayBytes(minute), 0);
      this.retention.push(retention);
      this.service.push(logs.service.keys.get(Math.floor(kind / 256)));
      this.severity.push(kind & 0xff);
      this.weight.push(weight);
      this.rowCount.push(rows);
      this.closeRow();
    }
  }
}
