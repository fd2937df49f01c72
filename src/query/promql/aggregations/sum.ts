import type { FoldingAggregation } from '../aggregation.ts';

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
          if (total === Infinity || total === -Infinity) compensations[cell + step] = 0;
          else if (Math.abs(sum) >= Math.abs(value))
            compensations[cell + step] = (compensations[cell + step] as number) + (sum - total + value);
          else compensations[cell + step] = (compensations[cell + step] as number) + (value - total + sum);
          sums[cell + step] = total;
        }
      },
      finish: () => sums.map((sum, at) => sum + (compensations[at] ?? 0)),
    };
  },
};
