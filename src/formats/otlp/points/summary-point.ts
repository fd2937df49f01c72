// SummaryDataPoint: a series a quantile, _count and _sum.
import type { LabelPair } from '../../../model/series-identity.ts';
import { formatBound } from '../metric-names.ts';
import { withLabel, type MetricFamily, type SeriesWriter } from '../series-writer.ts';
import type { WireReader } from '../wire-reader.ts';
import { PointDecoder } from './point-decoder.ts';

export class SummaryPointDecoder extends PointDecoder {
  #count = 0;
  #sum = 0;
  #quantiles: (readonly [quantile: number, value: number])[] = [];

  constructor() {
    super({ attributes: 0x3a, flags: 0x40, exemplars: 0 });
  }

  protected override reset(): void {
    this.#count = 0;
    this.#sum = 0;
    this.#quantiles = [];
  }

  protected override readField(tag: number, reader: WireReader, end: number): boolean {
    if (tag === 0x21) this.#count = Number(reader.view.getBigUint64(reader.readFixed(8, end), true));
    else if (tag === 0x29) this.#sum = reader.view.getFloat64(reader.readFixed(8, end), true);
    else if (tag === 0x32) this.#readQuantile(reader, reader.readLength(end));
    else return false;
    return true;
  }

  #readQuantile(reader: WireReader, end: number): void {
    let quantile = 0;
    let value = 0;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x09) quantile = reader.view.getFloat64(reader.readFixed(8, end), true);
      else if (tag === 0x11) value = reader.view.getFloat64(reader.readFixed(8, end), true);
      else reader.skip(tag, end);
    }
    this.#quantiles.push([quantile, value]);
  }

  protected override validate(): void {
    // Any numbers make a summary.
  }

  protected override write(
    writer: SeriesWriter,
    { name }: MetricFamily,
    labels: readonly LabelPair[],
    millis: number,
    isStale: boolean,
  ): void {
    const value = (number: number): number | undefined => (isStale ? undefined : number);
    for (const [quantile, number] of this.#quantiles) {
      writer.sample(name, withLabel(labels, 'quantile', formatBound(quantile)), millis, value(number));
    }
    writer.sample(`${name}_count`, labels, millis, value(this.#count));
    writer.sample(`${name}_sum`, labels, millis, value(this.#sum));
  }
}
