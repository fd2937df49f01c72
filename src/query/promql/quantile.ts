// The φ-quantile of unsorted values by linear interpolation between the two nearest ranks; NaN counts as the smallest.

/** Sorts `values` in place. */
export function computeQuantile(phi: number, values: Float64Array): number {
  const count = values.length;
  if (count === 0 || Number.isNaN(phi)) return NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  values.sort();
  // A typed array sorts NaN to the end.
  let nans = 0;
  while (nans < count && Number.isNaN(values[count - 1 - nans])) nans++;
  if (nans > 0) {
    values.copyWithin(nans, 0, count - nans);
    values.fill(NaN, 0, nans);
  }
  const rank = phi * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] ?? 0) * (1 - weight) + (values[upper] ?? 0) * weight;
}
