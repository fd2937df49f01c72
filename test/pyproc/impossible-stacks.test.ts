// Reading without a pause must not invent stacks of an ordinary program: at most 0.1 % of the certain samples are impossible, and at
// most 2 % are marked as uncertain. (Programs that change their stack without ever waiting are mostly marked as uncertain so far.)
import { expect, test } from 'vitest';
import { censusStacks } from '../support/impossible-stacks.ts';
import { needPython } from '../support/python-target.ts';

const LOOKS = 3000;
const MAX_IMPOSSIBLE = 0.001;
const MAX_UNCERTAIN = 0.02;

test.for(['3.8', '3.11', '3.13'])('an ordinary program on Python %s', { timeout: 60_000 }, async (version, context) => {
  const census = await censusStacks(needPython(context, version), 'ordinary', LOOKS);
  expect(census.impossible / census.samples).toBeLessThanOrEqual(MAX_IMPOSSIBLE);
  expect(census.uncertain / LOOKS).toBeLessThanOrEqual(MAX_UNCERTAIN);
});
