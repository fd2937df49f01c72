import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { functions } from './table.ts';

test('the manual names every function with its summary, and no other', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../../../docs/manual/promql.md'), 'utf8');
  const rows = [...manual.matchAll(/^\| `(\w+)\([^`]*\)` \| (.*) \|$/gm)].map(
    ([, name, summary]) => `${name}: ${summary}`,
  );
  const expected = functions.map(
    ({ name, summary, isExperimental }) => `${name}: ${summary}${isExperimental === true ? ' (experimental)' : ''}`,
  );
  expect(rows).toEqual(expected);
});

test('names stand in order and once', () => {
  const names = functions.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].toSorted());
});
