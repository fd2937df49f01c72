// NumberDataPoint: gauges and sums.
import type { LabelPair } from '../../../model/series-identity.ts';
import { BadRow } from '../bad-row.ts';
import type { MetricFamily, SeriesWriter } from '../series-writer.ts';
import type { WireReader } from '../wire-reader.ts';
import { PointDecoder } from './point-decoder.ts';

export class NumberPointDecoder extends PointDecoder {
  #value: number | undefined;

  constructor() {
    super({ attributes: 0x3a, flags: 0x40, exemplars: 0x2a });
  }

  protected override reset(): void {
    this.#value = undefined;
  }

  protected override readField(tag: number, reader: WireReader, end: number): boolean {
    if (tag === 0x21) this.#value = reader.view.getFloat64(reader.readFixed(8, end), true);
    else if (tag === 0x31) this.#value = Number(reader.view.getBigInt64(reader.readFixed(8, end), true));
    else return false;
    return true;
  }

  protected override validate(): void {
    if (this.#value === undefined) throw new BadRow('a data point has no value');
  }

  protected override write(
    writer: SeriesWriter,
    { name }: MetricFamily,
    labels: readonly LabelPair[],
    millis: number,
    isStale: boolean,
  ): void {
    const series = writer.sample(name, labels, millis, isStale ? undefined : this.#value);
    for (const exemplar of this.exemplars) writer.exemplar(name, series, exemplar);
  }
}
