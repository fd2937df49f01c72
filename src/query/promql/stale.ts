// The stale marker: a NaN with bits of its own that ends a series. Other NaNs are values.

const LOW = 2;
const HIGH = 0x7ff00000;

/** Writes a stale marker; a NaN that passes through arithmetic may lose its bits, hence as integers. */
export function writeStaleMarker(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = LOW;
  words[1] = HIGH;
}

/** The value at `index` is a stale marker. */
export function isStaleMarker(values: Float64Array, index: number): boolean {
  const value = values[index] ?? 0;
  // Fast path: numbers equal themselves.
  if (value === value) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === LOW && words[1] === HIGH;
}
