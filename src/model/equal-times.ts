// Two samples of one series at one time: which of them counts. The rule looks at the values alone, so that the answer is the same
// whatever came first, wherever they are merged.

const SIGN = 0x80000000;

/** A number before a NaN, an ordinary NaN before a stale marker; of two numbers the larger. */
function rank(low: number, high: number): number {
  const isNaN = (high & 0x7ff00000) === 0x7ff00000 && ((high & 0xfffff) !== 0 || low !== 0);
  if (!isNaN) return 2;
  return low === 2 && (high & ~SIGN) === 0x7ff00000 ? 0 : 1;
}

/**
 * Merges samples of equal times in `count` samples that are ordered by time, in place; `values` and its bits as 32-bit words share
 * a buffer. Returns how many are left.
 */
export function mergeEqualTimes(times: Float64Array, words: Int32Array, values: Float64Array, count: number): number {
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const isRepeat = kept > 0 && times[kept - 1] === times[at];
    if (isRepeat && !isPreferred(words, values, at, kept - 1)) continue;
    const to = isRepeat ? kept - 1 : kept++;
    if (to === at) continue;
    times[to] = times[at] as number;
    words[to * 2] = words[at * 2] as number;
    words[to * 2 + 1] = words[at * 2 + 1] as number;
  }
  return kept;
}

/** The value at `left` counts more than that at `right`. */
export function isPreferred(words: Int32Array, values: Float64Array, left: number, right: number): boolean {
  const leftRank = rank(words[left * 2] as number, words[left * 2 + 1] as number);
  const rightRank = rank(words[right * 2] as number, words[right * 2 + 1] as number);
  if (leftRank !== rightRank) return leftRank > rightRank;
  if (leftRank < 2) return false;
  const [a, b] = [values[left] as number, values[right] as number];
  return a > b || (a === b && Object.is(b, -0) && Object.is(a, 0));
}
