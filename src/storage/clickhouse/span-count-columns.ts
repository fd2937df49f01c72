// Spans counted by minute, service, operation, kind, status and bucket of their duration: made from a block while its files are written,
// as the counts of logs are. Rate, errors and durations of hours are read from thousands of rows instead of millions.
import { ColumnBatch } from '../../model/column-batch.ts';
import { DictionaryColumn, FixedColumn, Float64Column, Uint32Column, Uint8Column } from '../../model/columns.ts';
import { durationBucket } from '../../model/duration-buckets.ts';
import type { SpanColumns } from '../../model/span-columns.ts';
import { GroupSums, SUMS, WORDS } from './group-sums.ts';
import { dayBytes, minuteOf } from './minute-of.ts';

/** Copies entries of one dictionary into another, each once. */
function copyEntries(from: DictionaryColumn, to: DictionaryColumn): (index: number) => void {
  const known = new Int32Array(from.keys.rows).fill(-1);
  const { bytes } = from.keys.data;
  return (index) => {
    if (known[index] === -1) known[index] = to.indexOfBytes(bytes, from.keys.startOf(index), from.keys.endOf(index));
    to.pushIndex(known[index]!);
  };
}

export class SpanCountColumns extends ColumnBatch {
  /** Minutes since 1970, signed: those in which the spans began. */
  readonly minute = new Uint32Column();
  readonly day = new FixedColumn(2);
  readonly retention = new Uint8Column();
  readonly service = new DictionaryColumn();
  readonly name = new DictionaryColumn();
  readonly kind = new Uint8Column();
  readonly status = new Uint8Column();
  /** model/duration-buckets.ts */
  readonly durationBucket = new FixedColumn(2);
  readonly weight = new Float64Column();
  /** Rows themselves: fewer than the weight says where they were sampled. */
  readonly rowCount = new Float64Column();
  /** Of all together, by weight, ns. */
  readonly duration = new Float64Column();

  /** Replaces the contents by the counts of `spans`. */
  collect(spans: SpanColumns): void {
    this.clear();
    const groups = new GroupSums();
    const { time, duration, service, name, kind, status, retention, weight } = spans;
    for (let row = 0; row < spans.rows; row++) {
      const nanos = duration.approximate(row);
      const group = groups.find(
        minuteOf(time, row),
        service.indexes.get(row),
        name.indexes.get(row),
        (durationBucket(nanos) << 8) | retention.get(row),
        (kind.get(row) << 8) | status.get(row),
      );
      groups.add(group, weight.get(row), 1, 0, nanos * weight.get(row));
    }
    this.#write(groups, spans);
  }

  #write({ size, words, sums }: GroupSums, spans: SpanColumns): void {
    const copyService = copyEntries(spans.service, this.service);
    const copyName = copyEntries(spans.name, this.name);
    for (let group = 0; group < size; group++) {
      const at = group * WORDS;
      const minute = words[at]!;
      const bucket = words[at + 3]! >>> 8;
      this.minute.push(minute);
      this.day.pushBytes(dayBytes(minute), 0);
      this.retention.push(words[at + 3]! & 0xff);
      copyService(words[at + 1]!);
      copyName(words[at + 2]!);
      this.kind.push(words[at + 4]! >>> 8);
      this.status.push(words[at + 4]! & 0xff);
      this.durationBucket.pushBytes(Uint8Array.of(bucket & 0xff, bucket >> 8), 0);
      this.weight.push(sums[group * SUMS]!);
      this.rowCount.push(sums[group * SUMS + 1]!);
      this.duration.push(sums[group * SUMS + 3]!);
      this.closeRow();
    }
  }
}
