// A series with more samples than a chart can show: of each stretch the first, lowest, highest and last sample are kept, so that
// no peak is lost and a counter still only climbs.
import type { SampleValue } from '../../api/metrics.ts';

const STALE_BITS = 0x7ff0_0000_0000_0002n;
const KEPT_A_STRETCH = 4;

/** Indexes of [start, end) that are kept, ascending; at most `maxPoints` (≥ 4). */
export function thinSamples(values: Float64Array, start: number, end: number, maxPoints: number): number[] {
  const size = end - start;
  if (size <= maxPoints) return Array.from({ length: size }, (_, index) => start + index);
  const stretches = Math.floor(maxPoints / KEPT_A_STRETCH);
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = start + Math.floor((size * stretch) / stretches);
    const to = start + Math.floor((size * (stretch + 1)) / stretches);
    let lowest = from;
    let highest = from;
    for (let at = from; at < to; at++) {
      if (values[at]! < values[lowest]!) lowest = at;
      if (values[at]! > values[highest]!) highest = at;
    }
    kept.push(...new Set([from, lowest, highest, to - 1].toSorted((a, b) => a - b)));
  }
  return kept;
}

/** Samples as JSON can carry them. */
export function sampleValuesOf(values: Float64Array): (index: number) => SampleValue {
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  return (index) => {
    const value = values[index]!;
    if (Number.isFinite(value)) return value;
    if (bits[index] === STALE_BITS) return null;
    if (Number.isNaN(value)) return 'NaN';
    return value > 0 ? '+Inf' : '-Inf';
  };
}
