// Repeated numbers, which a sender may pack into one field or write one by one.
import { BadRow } from '../bad-row.ts';
import type { WireReader } from '../wire-reader.ts';

/** More buckets or bounds than this in one point are no measurement. */
const MAX_NUMBERS = 10_000;

function check(numbers: readonly unknown[]): void {
  if (numbers.length > MAX_NUMBERS) throw new BadRow(`a histogram has more than ${MAX_NUMBERS} buckets`);
}

/** Appends the fixed64 numbers of a field (tag with wire type 1 or 2) to `into`. */
export function readFixed64s(reader: WireReader, tag: number, end: number, into: number[]): void {
  const stop = tag % 8 === 2 ? reader.readLength(end) : reader.at + 8;
  while (reader.at < stop) {
    const at = reader.readFixed(8, Math.min(stop, end));
    into.push(reader.view.getUint32(at + 4, true) * 0x1_0000_0000 + reader.view.getUint32(at, true));
    check(into);
  }
}

/** The same for doubles. */
export function readDoubles(reader: WireReader, tag: number, end: number, into: number[]): void {
  const stop = tag % 8 === 2 ? reader.readLength(end) : reader.at + 8;
  while (reader.at < stop) {
    into.push(reader.view.getFloat64(reader.readFixed(8, Math.min(stop, end)), true));
    check(into);
  }
}

/** The same for unsigned 64-bit varints (wire type 0 or 2), as decimal digits. */
export function readVarints(
  reader: WireReader,
  tag: number,
  end: number,
  into: string[],
  text: (low: number, high: number) => string,
): void {
  const isPacked = tag % 8 === 2;
  const stop = isPacked ? reader.readLength(end) : end;
  do {
    if (isPacked && reader.at >= stop) return;
    reader.readVarint64(stop);
    into.push(text(reader.low, reader.high));
    check(into);
  } while (isPacked);
}

/** A zigzag-encoded 32-bit integer. */
export function readSint32(reader: WireReader, end: number): number {
  reader.readVarint64(end);
  const raw = reader.low;
  return (raw >>> 1) ^ -(raw & 1);
}
