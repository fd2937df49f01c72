// Samples are random moments: the share of a function is its share of the time, also of work that repeats in step with the rate, and
// also when one stack is far deeper than the other. The whole sweep runs in sampling-bias.full.test.ts.
import { expect, test } from 'vitest';
import { needPython } from '../support/python-target.ts';
import { recordShares, tolerance } from '../support/shares.ts';

test.for([
  { version: '3.11', percent: 25, depths: [1, 1], rate: 100 },
  { version: '3.12', percent: 50, depths: [1, 200], rate: 400 },
] as const)('$percent % at $rate Hz, depths $depths', async (cell, context) => {
  const { seen, truth, samples } = await recordShares(needPython(context, cell.version), cell, cell.rate, 4);
  expect(Math.abs(seen - truth)).toBeLessThan(tolerance(cell.percent, samples));
});
