// Reading without a pause must not invent stacks. Bars: impossible ones at most 0.1 % of the certain samples, 1 % with
// generators; on an ordinary program at most 2 % uncertain, on the adversarial ones at least half accepted.
import { expect, test } from 'vitest';
import { censusStacks } from '../support/impossible-stacks.ts';
import { needPython } from '../support/python-target.ts';

const LOOKS = 3000;

const shapes = [
  { shape: 'ordinary', impossible: 0.001, uncertain: 0.02 },
  { shape: 'flat', impossible: 0.001, uncertain: 0.5 },
  { shape: 'deep', impossible: 0.001, uncertain: 0.5 },
  { shape: 'generators', impossible: 0.01, uncertain: 0.5 },
] as const;

const cells = ['3.8', '3.11', '3.13'].flatMap((version) => shapes.map((shape) => ({ version, ...shape })));

test.for(cells)(
  '$shape on Python $version',
  { timeout: 60_000 },
  async ({ version, shape, impossible, uncertain }, context) => {
    const census = await censusStacks(needPython(context, version), shape, LOOKS);
    expect({ ...census, rate: census.impossible / census.samples <= impossible }).toMatchObject({ rate: true });
    expect(census.uncertain / LOOKS).toBeLessThanOrEqual(uncertain);
  },
);
