// Python int: sign and a count of 30-bit digits, least significant first, from offset 24 on.
import type { CPythonLayout } from '../cpython/layout.ts';
import { signed64At, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';

const SIZE = 16;
const DIGITS = 24;
const BITS_PER_DIGIT = 30n;
/** 30 000 bits print as some 9 000 decimal digits; more is given as `undefined`. */
const MAX_DIGITS = 1000;

/** The value; `undefined` when it is unreadable or has more than 1000 digits of 30 bits. The type is not checked. */
export function readInteger(reader: MemoryReader, layout: CPythonLayout, address: Address): bigint | undefined {
  const head = reader.view(address + SIZE, 8);
  if (head === undefined) return undefined;
  const word = signed64At(head, 0);
  let count: number;
  let isNegative: boolean;
  if (layout.integer.kind === 'tag') {
    const sign = word % 4;
    count = sign === 1 ? 0 : Math.floor(word / 8);
    isNegative = sign === 2;
  } else {
    count = Math.abs(word);
    isNegative = word < 0;
  }
  if (!(count >= 0 && count <= MAX_DIGITS)) return undefined;
  if (count === 0) return 0n;
  const digits = reader.view(address + DIGITS, count * 4);
  if (digits === undefined) return undefined;
  let value = 0n;
  for (let index = count - 1; index >= 0; index--) {
    value = (value << BITS_PER_DIGIT) | BigInt(digits.getUint32(index * 4, true) & 0x3f_ff_ff_ff);
  }
  return isNegative ? -value : value;
}
