import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expressionChecks } from '../../query/promql/lint/lint-expression.ts';
import { alertChecks, groupChecks } from './lint-rules.ts';
import { liveChecks } from './live/lint-live.ts';

test('the manual names every check with its summary', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../../docs/manual/check.md'), 'utf8');
  const rows = [...manual.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, summary]) => `${name}: ${summary}`);
  const checks = [...expressionChecks, ...alertChecks, ...groupChecks].map(
    ({ name, summary }) => `${name}: ${summary}`,
  );
  const live = liveChecks.map(({ name, summary }) => `${name}: ${summary}`);
  expect(rows).toEqual([
    ...checks,
    'duplicate-rule: two rules that record the same series, or the same alert twice',
    ...live,
  ]);
});
