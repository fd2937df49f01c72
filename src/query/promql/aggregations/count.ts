import type { FoldingAggregation } from '../aggregation.ts';

export const countAggregation: FoldingAggregation = {
  name: 'count',
  summary: 'how many samples',
  start: (groups, steps) => {
    const counts = new Float64Array(groups * steps);
    return {
      addRow: (_values, present, offset, cell) => {
        for (let step = 0; step < steps; step++)
          counts[cell + step] = (counts[cell + step] as number) + (present[offset + step] as number);
      },
      finish: () => counts,
    };
  },
};
