import type { FoldingAggregation } from '../aggregation.ts';
import { computeQuantile } from '../quantile.ts';

export const quantileAggregation: FoldingAggregation = {
  name: 'quantile',
  summary: 'the φ-quantile of the samples',
  start: (groups, steps) => {
    const cells = Array.from<number[] | undefined>({ length: groups * steps });
    return {
      addRow: (values, present, offset, cell) => {
        for (let step = 0; step < steps; step++) {
          if (present[offset + step] === 1) (cells[cell + step] ??= []).push(values[offset + step] as number);
        }
      },
      finish: (parameter) =>
        Float64Array.from(cells, (values, at) =>
          computeQuantile(parameter?.[at % steps] ?? NaN, Float64Array.from(values ?? [])),
        ),
    };
  },
};
