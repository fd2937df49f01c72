// Longer arrays. What an array has lies in memory outside of V8's heap, and V8 does not hurry to collect for its sake: a load that
// makes arrays grow would leave as much behind as it needs. So the old memory goes back at once.

/** Smaller ones are left to the collector. */
const WORTH_BYTES = 64 << 10;

type Growing = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * An array of `length` entries that begins with the first `used` of `array` (all by default) and goes on with zeros. `array` and every
 * other view of its memory is void afterwards.
 */
export function regrow<T extends Growing>(array: T, length: number, used: number = array.length): T {
  const grown = new (array.constructor as new (length: number) => T)(length);
  grown.set(array.subarray(0, used));
  giveBack(array);
  return grown;
}

/** Gives the memory of an array back that nobody uses any more; it and every other view of that memory is void afterwards. */
export function giveBack(array: Growing | Uint16Array<ArrayBuffer>): void {
  if (array.byteLength >= WORTH_BYTES) array.buffer.transfer(0);
}
