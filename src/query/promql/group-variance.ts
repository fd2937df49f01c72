// stddev and stdvar of groups by Welford's method, as Prometheus computes them: not compensated.
import type { Accumulator } from './aggregation.ts';

/** Variance of each cell, passed through `convert` at the end. An infinite first sample makes it NaN. */
export function startVariance(groups: number, steps: number, convert: (variance: number) => number): Accumulator {
  const counts = new Float64Array(groups * steps);
  const means = new Float64Array(groups * steps);
  const squares = new Float64Array(groups * steps);
  return {
    addRow: (values, present, offset, cell) => {
      for (let step = 0; step < steps; step++) {
        if (present[offset + step] === 0) continue;
        const at = cell + step;
        const value = values[offset + step] as number;
        const count = ((counts[at] as number) += 1);
        if (count === 1) {
          means[at] = value;
          squares[at] = Number.isFinite(value) ? 0 : NaN;
          continue;
        }
        const delta = value - (means[at] as number);
        means[at] = (means[at] as number) + delta / count;
        squares[at] = (squares[at] as number) + delta * (value - (means[at] as number));
      }
    },
    finish: () => squares.map((square, at) => convert(square / (counts[at] as number))),
  };
}
