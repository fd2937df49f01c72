import type { FoldingAggregation } from '../aggregation.ts';
import { KahanMean } from '../kahan.ts';

export const avgAggregation: FoldingAggregation = {
  name: 'avg',
  summary: 'mean of the samples',
  start: (groups, steps) => {
    const means = Array.from<KahanMean | undefined>({ length: groups * steps });
    return {
      addRow: (values, present, offset, cell) => {
        for (let step = 0; step < steps; step++) {
          if (present[offset + step] === 0) continue;
          const mean = (means[cell + step] ??= new KahanMean());
          mean.add(values[offset + step] as number);
        }
      },
      finish: () => Float64Array.from(means, (mean) => mean?.value ?? 0),
    };
  },
};
