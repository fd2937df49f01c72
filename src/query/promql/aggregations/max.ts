import type { FoldingAggregation } from '../aggregation.ts';

export const maxAggregation: FoldingAggregation = {
  name: 'max',
  summary: 'largest sample',
  start: (groups, steps) => {
    // NaN gives way to any number, so it is also the empty start.
    const results = new Float64Array(groups * steps).fill(NaN);
    return {
      addRow: (values, present, offset, cell) => {
        for (let step = 0; step < steps; step++) {
          if (present[offset + step] === 0) continue;
          const value = values[offset + step] as number;
          const current = results[cell + step] as number;
          if (current < value || Number.isNaN(current)) results[cell + step] = value;
        }
      },
      finish: () => results,
    };
  },
};
