// Reading without a pause must not invent stacks: of the sure samples at most 0.1 % are impossible (1 % where generators take turns),
// at most 2 % of an ordinary program's are unsure, and at least half are sure of programs that change their stack all the time.
// The other versions and shapes run in impossible-stacks.full.test.ts.
import { test } from 'vitest';
import { expectPossibleStacks } from '../support/impossible-stacks.ts';
import { needPython } from '../support/python-target.ts';

const cells = ['3.8', '3.13'].flatMap((version) =>
  (['ordinary', 'flat', 'deep', 'generators'] as const).map((shape) => ({ version, shape })),
);

test.for(cells)('$shape on Python $version', ({ version, shape }, context) =>
  expectPossibleStacks([needPython(context, version)], shape),
);
