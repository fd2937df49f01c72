// The hash of a label set by which Prometheus samples series: xxHash64 over names and values, each with its length before it.
// Length: one byte, or 255 and three bytes from the lowest. Hash: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
import type { Labels } from '../../model/labels.ts';

const MASK = (1n << 64n) - 1n;
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const LONG = 255;

const times = (left: bigint, right: bigint): bigint => (left * right) & MASK;
const plus = (left: bigint, right: bigint): bigint => (left + right) & MASK;
const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const round = (lane: bigint, input: bigint): bigint => times(rotate(plus(lane, times(input, PRIME_2)), 31n), PRIME_1);
const mergeLane = (hash: bigint, lane: bigint): bigint => plus(times(hash ^ round(0n, lane), PRIME_1), PRIME_4);

/** xxHash64 with seed 0. */
export function hashBytes(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let at = 0;
  let hash = PRIME_5;
  if (length >= 32) {
    const lanes = [plus(PRIME_1, PRIME_2), PRIME_2, 0n, (0n - PRIME_1) & MASK];
    for (; at + 32 <= length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] ?? 0n, view.getBigUint64(at + i * 8, true));
    }
    hash = lanes.map((lane, i) => rotate(lane, [1n, 7n, 12n, 18n][i] ?? 0n)).reduce(plus);
    hash = lanes.reduce(mergeLane, hash);
  }
  hash = plus(hash, BigInt(length));
  for (; at + 8 <= length; at += 8)
    hash = plus(times(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n), PRIME_1), PRIME_4);
  if (at + 4 <= length) {
    hash = plus(times(rotate(hash ^ times(BigInt(view.getUint32(at, true)), PRIME_1), 23n), PRIME_2), PRIME_3);
    at += 4;
  }
  for (; at < length; at++) hash = times(rotate(hash ^ times(BigInt(bytes[at] ?? 0), PRIME_5), 11n), PRIME_1);
  hash = times(hash ^ (hash >> 33n), PRIME_2);
  hash = times(hash ^ (hash >> 29n), PRIME_3);
  return hash ^ (hash >> 32n);
}

/** The hash of all pairs in the order of their names. */
export function hashLabels(labels: Labels): bigint {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const text of labels.flat) {
    const encoded = encoder.encode(text);
    const { length } = encoded;
    if (length < LONG) bytes.push(length);
    else bytes.push(LONG, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff);
    bytes.push(...encoded);
  }
  return hashBytes(Uint8Array.from(bytes));
}
