import type { FoldingAggregation } from '../aggregation.ts';

/** The compensation behind a sum that is not finite, or nearly not. */
function compensateBeyond(sum: number, value: number, compensation: number): number {
  const total = sum + value;
  if (total === Infinity || total === -Infinity) return 0;
  return compensation + (Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum);
}

export const sumAggregation: FoldingAggregation = {
  name: 'sum',
  summary: 'sum of the samples',
  start: (groups, steps) => {
    const sums = new Float64Array(groups * steps);
    const compensations = new Float64Array(groups * steps);
    return {
      addRow: (values, present, offset, cell) => {
        for (let step = 0; step < steps; step++) {
          if (present[offset + step] === 0) continue;
          const value = values[offset + step] as number;
          const sum = sums[cell + step] as number;
          const total = sum + value;
          // What rounding took is exact, and so the same, whichever of the two is larger: found without looking which is.
          const added = total - sum;
          const lost = sum - (total - added) + (value - added);
          if (lost === lost) compensations[cell + step] = (compensations[cell + step] as number) + lost;
          else compensations[cell + step] = compensateBeyond(sum, value, compensations[cell + step] as number);
          sums[cell + step] = total;
        }
      },
      finish: () => sums.map((sum, at) => sum + (compensations[at] ?? 0)),
    };
  },
};
