// Writes remote-write bodies for the tests: protobuf by hand, snappy in literals and simple copies.

export interface WrittenSeries {
  readonly labels: readonly (readonly [string, string])[];
  readonly samples: readonly { readonly timeMs: number; readonly value: number; readonly isStale?: boolean }[];
}

function varint(number: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(number));
  const bytes: number[] = [];
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const field = (number: number, bytes: readonly number[] | Uint8Array): number[] => [
  ...varint((number << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (number: number, value: string): number[] => field(number, new TextEncoder().encode(value));

function double(number: number, value: number, isStale = false): number[] {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (isStale) view.setBigUint64(0, 0x7ff0000000000002n, true);
  else view.setFloat64(0, value, true);
  return [(number << 3) | 1, ...bytes];
}

export const encodeLabel = ([name, value]: readonly [string, string]): number[] =>
  field(1, [...text(1, name), ...text(2, value)]);

export const encodeSample = ({ timeMs, value, isStale }: WrittenSeries['samples'][number]): number[] =>
  field(2, [...double(1, value, isStale), ...(timeMs === 0 ? [] : [16, ...varint(timeMs)])]);

/** A field of a WriteRequest with one series; `more` is put behind its samples. */
export const encodeSeries = ({ labels, samples }: WrittenSeries, more: readonly number[] = []): number[] =>
  field(1, [...labels.flatMap(encodeLabel), ...samples.flatMap(encodeSample), ...more]);

export const encodeExemplar = (labels: WrittenSeries['labels'], value: number, timeMs: number): number[] =>
  field(3, [...labels.flatMap(encodeLabel), ...double(2, value), 24, ...varint(timeMs)]);

export const encodeMetadata = (metric: string, type: number, help: string, unit: string): number[] =>
  field(3, [8, type, ...text(2, metric), ...text(4, help), ...text(5, unit)]);

/** Packs bytes; a run that repeats what came `period` bytes before is written as copies. */
export function packSnappy(bytes: Uint8Array, period = 0): Uint8Array<ArrayBuffer> {
  const packed = varint(bytes.length);
  let at = 0;
  const literal = (end: number): void => {
    while (at < end) {
      const size = Math.min(60_000, end - at);
      if (size <= 60) packed.push((size - 1) << 2);
      else packed.push(61 << 2, (size - 1) & 255, (size - 1) >> 8);
      packed.push(...bytes.subarray(at, at + size));
      at += size;
    }
  };
  while (period > 0 && at < bytes.length) {
    let next = Math.max(at, period);
    const repeats = (from: number): number => {
      let count = 0;
      while (count < 64 && from + count < bytes.length && bytes[from + count] === bytes[from + count - period]) count++;
      return count;
    };
    while (next < bytes.length && repeats(next) < 4) next++;
    literal(Math.min(next, bytes.length));
    if (at >= bytes.length) break;
    const size = repeats(at);
    if (size <= 11 && period < 2048) packed.push(1 | ((size - 4) << 2) | ((period >> 8) << 5), period & 255);
    else if (period < 65_536) packed.push(2 | ((size - 1) << 2), period & 255, period >> 8);
    else packed.push(3 | ((size - 1) << 2), period & 255, (period >> 8) & 255, (period >> 16) & 255, 0);
    at += size;
  }
  literal(bytes.length);
  return Uint8Array.from(packed);
}
