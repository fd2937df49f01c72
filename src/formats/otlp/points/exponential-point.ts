// ExponentialHistogramDataPoint: kept whole as JSON, with _count and _sum as samples, so that rates and averages need nothing else.
import type { LabelPair } from '../../../model/series-identity.ts';
import { uint64Text } from '../json-writer.ts';
import type { MetricFamily, SeriesWriter } from '../series-writer.ts';
import type { WireReader } from '../wire-reader.ts';
import { readSint32, readVarints } from './packed.ts';
import { PointDecoder } from './point-decoder.ts';

interface Buckets {
  offset: number;
  bucketCounts: string[];
}

/** What the JSON mapping of protobuf writes for a double that JSON has no number for. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export class ExponentialPointDecoder extends PointDecoder {
  #count = 0n;
  #sum: number | undefined;
  #scale = 0;
  #zeroCount = 0n;
  #positive: Buckets | undefined;
  #negative: Buckets | undefined;
  #min: number | undefined;
  #max: number | undefined;
  #zeroThreshold = 0;

  constructor() {
    super({ attributes: 0x0a, flags: 0x50, exemplars: 0x5a });
  }

  protected override reset(): void {
    this.#count = 0n;
    this.#sum = undefined;
    this.#scale = 0;
    this.#zeroCount = 0n;
    this.#positive = undefined;
    this.#negative = undefined;
    this.#min = undefined;
    this.#max = undefined;
    this.#zeroThreshold = 0;
  }

  protected override readField(tag: number, reader: WireReader, end: number): boolean {
    const double = (): number => reader.view.getFloat64(reader.readFixed(8, end), true);
    const uint64 = (): bigint => reader.view.getBigUint64(reader.readFixed(8, end), true);
    if (tag === 0x21) this.#count = uint64();
    else if (tag === 0x29) this.#sum = double();
    else if (tag === 0x30) this.#scale = readSint32(reader, end);
    else if (tag === 0x39) this.#zeroCount = uint64();
    else if (tag === 0x42) this.#positive = readBuckets(reader, reader.readLength(end));
    else if (tag === 0x4a) this.#negative = readBuckets(reader, reader.readLength(end));
    else if (tag === 0x61) this.#min = double();
    else if (tag === 0x69) this.#max = double();
    else if (tag === 0x71) this.#zeroThreshold = double();
    else return false;
    return true;
  }

  protected override validate(): void {
    // Any buckets make a histogram.
  }

  #toJson(isStale: boolean): string {
    return JSON.stringify({
      startTimeUnixNano: uint64Text(this.startLow, this.startHigh),
      timeUnixNano: uint64Text(this.timeLow, this.timeHigh),
      count: String(this.#count),
      ...(this.#sum === undefined ? {} : { sum: jsonNumber(this.#sum) }),
      scale: this.#scale,
      zeroCount: String(this.#zeroCount),
      ...(this.#positive === undefined ? {} : { positive: this.#positive }),
      ...(this.#negative === undefined ? {} : { negative: this.#negative }),
      ...(isStale ? { flags: 1 } : {}),
      ...(this.#min === undefined ? {} : { min: jsonNumber(this.#min) }),
      ...(this.#max === undefined ? {} : { max: jsonNumber(this.#max) }),
      ...(this.#zeroThreshold === 0 ? {} : { zeroThreshold: jsonNumber(this.#zeroThreshold) }),
    });
  }

  protected override write(
    writer: SeriesWriter,
    { name }: MetricFamily,
    labels: readonly LabelPair[],
    millis: number,
    isStale: boolean,
  ): void {
    const series = writer.histogram(name, labels, millis, this.#toJson(isStale));
    writer.sample(`${name}_count`, labels, millis, isStale ? undefined : Number(this.#count));
    if (this.#sum !== undefined) writer.sample(`${name}_sum`, labels, millis, isStale ? undefined : this.#sum);
    for (const exemplar of this.exemplars) writer.exemplar(name, series, exemplar);
  }
}

function readBuckets(reader: WireReader, end: number): Buckets {
  const buckets: Buckets = { offset: 0, bucketCounts: [] };
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag === 0x08) buckets.offset = readSint32(reader, end);
    else if (tag === 0x12 || tag === 0x10) readVarints(reader, tag, end, buckets.bucketCounts, uint64Text);
    else reader.skip(tag, end);
  }
  return buckets;
}
