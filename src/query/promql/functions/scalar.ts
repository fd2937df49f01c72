import type { GeneralFunction } from '../function.ts';
import { evaluateVector } from '../arguments.ts';

export const scalarFunction: GeneralFunction = {
  kind: 'general',
  name: 'scalar',
  arguments: ['vector'],
  returns: 'scalar',
  summary: 'the only sample of a vector, NaN when there is not exactly one',
  evaluate: async (context) => {
    const block = await evaluateVector(context, 0);
    const values = new Float64Array(block.steps).fill(NaN);
    for (let step = 0; step < block.steps; step++) {
      let found = 0;
      for (let at = step; at < block.rows * block.steps; at += block.steps) {
        if (block.present[at] === 0) continue;
        found++;
        values[step] = found === 1 ? (block.values[at] ?? NaN) : NaN;
      }
    }
    return { kind: 'scalar', values };
  },
};
