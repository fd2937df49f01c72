// HistogramDataPoint as a classic histogram: _bucket with cumulative counts by `le`, _count, and _sum when the sender has one.
import type { LabelPair } from '../../../model/series-identity.ts';
import { BadRow } from '../bad-row.ts';
import { formatBound } from '../metric-names.ts';
import { withLabel, type MetricFamily, type SeriesWriter } from '../series-writer.ts';
import type { WireReader } from '../wire-reader.ts';
import { readDoubles, readFixed64s } from './packed.ts';
import { PointDecoder } from './point-decoder.ts';

export class HistogramPointDecoder extends PointDecoder {
  #count = 0;
  #sum: number | undefined;
  #counts: number[] = [];
  #bounds: number[] = [];

  constructor() {
    super({ attributes: 0x4a, flags: 0x50, exemplars: 0x42 });
  }

  protected override reset(): void {
    this.#count = 0;
    this.#sum = undefined;
    this.#counts = [];
    this.#bounds = [];
  }

  protected override readField(tag: number, reader: WireReader, end: number): boolean {
    if (tag === 0x21) {
      const at = reader.readFixed(8, end);
      this.#count = Number(reader.view.getBigUint64(at, true));
    } else if (tag === 0x29) this.#sum = reader.view.getFloat64(reader.readFixed(8, end), true);
    else if (tag === 0x32 || tag === 0x31) readFixed64s(reader, tag, end, this.#counts);
    else if (tag === 0x3a || tag === 0x39) readDoubles(reader, tag, end, this.#bounds);
    else return false;
    return true;
  }

  protected override validate(): void {
    const [counts, bounds] = [this.#counts.length, this.#bounds.length];
    if (counts !== 0 && counts !== bounds + 1) {
      throw new BadRow(`a histogram with ${bounds} bounds must have ${bounds + 1} bucket counts, not ${counts}`);
    }
    for (let i = 1; i < bounds; i++) {
      if (!(this.#bounds[i]! > this.#bounds[i - 1]!)) throw new BadRow('the bounds of a histogram do not ascend');
    }
  }

  protected override write(
    writer: SeriesWriter,
    { name }: MetricFamily,
    labels: readonly LabelPair[],
    millis: number,
    isStale: boolean,
  ): void {
    const value = (number: number): number | undefined => (isStale ? undefined : number);
    const buckets: { readonly bound: number; readonly series: bigint | undefined }[] = [];
    let total = 0;
    const withCounts = Math.min(this.#bounds.length, this.#counts.length);
    for (let i = 0; i < withCounts; i++) {
      const bound = this.#bounds[i]!;
      // A last bound of +Inf is the bucket that is written below.
      if (bound === Infinity) continue;
      total += this.#counts[i]!;
      const bucketLabels = withLabel(labels, 'le', formatBound(bound));
      buckets.push({ bound, series: writer.sample(`${name}_bucket`, bucketLabels, millis, value(total)) });
    }
    const last = writer.sample(`${name}_bucket`, withLabel(labels, 'le', '+Inf'), millis, value(this.#count));
    writer.sample(`${name}_count`, labels, millis, value(this.#count));
    if (this.#sum !== undefined) writer.sample(`${name}_sum`, labels, millis, value(this.#sum));
    for (const exemplar of this.exemplars) {
      const bucket = buckets.find(({ bound }) => exemplar.value <= bound);
      writer.exemplar(`${name}_bucket`, bucket === undefined ? last : bucket.series, exemplar);
    }
  }
}
