import type { FoldingAggregation } from '../aggregation.ts';

export const avgAggregation: FoldingAggregation = {
  name: 'avg',
  summary: 'mean of the samples',
  start: (groups, steps) => {
    const size = groups * steps;
    // A sum, and once that would overflow a mean that is moved by each sample.
    const sums = new Float64Array(size);
    const compensations = new Float64Array(size);
    const counts = new Float64Array(size);
    const isMean = new Uint8Array(size);
    const add = (at: number, value: number): void => {
      const sum = sums[at] as number;
      const total = sum + value;
      if (total === Infinity || total === -Infinity) compensations[at] = 0;
      else {
        const lost = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        compensations[at] = (compensations[at] as number) + lost;
      }
      sums[at] = total;
    };
    const scale = (at: number, factor: number): void => {
      sums[at] = (sums[at] as number) * factor;
      compensations[at] = (compensations[at] as number) * factor;
    };
    const addSample = (at: number, value: number): void => {
      const count = ((counts[at] as number) += 1);
      if (count === 1) {
        sums[at] = value;
        return;
      }
      const total = (sums[at] as number) + value;
      if (isMean[at] === 0) {
        if (total !== Infinity && total !== -Infinity) return add(at, value);
        isMean[at] = 1;
        sums[at] = (sums[at] as number) / (count - 1);
        compensations[at] = (compensations[at] as number) / (count - 1);
      }
      scale(at, (count - 1) / count);
      add(at, value / count);
    };
    return {
      addRow: (values, present, offset, cell) => {
        for (let step = 0; step < steps; step++) {
          if (present[offset + step] === 1) addSample(cell + step, values[offset + step] as number);
        }
      },
      finish: () =>
        sums.map((sum, at) => {
          const [compensation = 0, count = 1] = [compensations[at], counts[at]];
          return isMean[at] === 1 ? sum + compensation : sum / count + compensation / count;
        }),
    };
  },
};
