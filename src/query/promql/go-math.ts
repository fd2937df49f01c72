// Where Go's math differs from JavaScript's: powers of one, and minima and maxima of an infinity and NaN.

/** `base` to the power of `exponent`; 1 to anything and −1 to an infinity are 1. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}

/** The larger one; NaN if either is, but +Inf wins over NaN. */
export function maximum(left: number, right: number): number {
  return left === Infinity || right === Infinity ? Infinity : Math.max(left, right);
}

/** The smaller one; NaN if either is, but −Inf wins over NaN. */
export function minimum(left: number, right: number): number {
  return left === -Infinity || right === -Infinity ? -Infinity : Math.min(left, right);
}
