// A check of queries that is added is explained in Chinese, too.
import { expect, test } from 'vitest';
import { expressionChecks } from '../../src/query/promql/lint/lint-expression.ts';
import { findingsChinese } from '../../src/ui/language/findings-chinese.ts';

test('every check of an expression has its Chinese words, and no words are left over', () => {
  const names = expressionChecks.map(({ name }) => name);
  expect(Object.keys(findingsChinese).toSorted()).toEqual(names.toSorted());
});
