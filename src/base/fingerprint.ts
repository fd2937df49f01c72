// A 64-bit fingerprint of bytes in plain 32-bit arithmetic: two multiply-mix lanes over the same words
// (the mixing of MurmurHash3, public domain), so that it is the same on every machine and needs no BigInt in the loop.

const SLICE = 4;

function mix(lane: number, word: number, multiplier: number): number {
  let k = Math.imul(word, multiplier);
  k = (k << 15) | (k >>> 17);
  const mixed = lane ^ Math.imul(k, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The fingerprint of `bytes[start, end)` as two signed numbers, the low half first, written to the front of `out`. */
export function fingerprintParts(bytes: Uint8Array, start: number, end: number, out: Int32Array): void {
  let low = 0x9747b28c;
  let high = 0x2f0b4c47;
  let at = start;
  for (; at + SLICE <= end; at += SLICE) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    low = mix(low, word, 0xcc9e2d51);
    high = mix(high, word ^ low, 0x85ebca77);
  }
  let tail = 0;
  for (let shift = 0; at < end; at++, shift += 8) tail |= bytes[at]! << shift;
  low = mix(low, tail, 0xcc9e2d51);
  high = mix(high, tail ^ low, 0x85ebca77);
  const size = end - start;
  const first = finish(low ^ size);
  out[0] = first;
  out[1] = finish(high ^ first);
}

const parts = new Int32Array(2);

/** The fingerprint of `bytes[start, end)`; equal bytes have equal fingerprints in every version of this program. */
export function fingerprint(bytes: Uint8Array, start = 0, end: number = bytes.length): bigint {
  fingerprintParts(bytes, start, end, parts);
  return (BigInt(parts[1]! >>> 0) << 32n) | BigInt(parts[0]! >>> 0);
}

const encoder = new TextEncoder();

/** The fingerprint of a text's UTF-8 bytes. */
export function fingerprintText(text: string): bigint {
  return fingerprint(encoder.encode(text));
}
