import { expect, test } from 'vitest';
import { findCycles, listImports, refuseImport } from './check-imports.ts';
import { importTable } from './import-table.ts';

const refused = (from: string, to: string): boolean => refuseImport(from, to, importTable) !== undefined;

test('the table refuses what walks upwards', () => {
  expect(refused('base/bytes.ts', 'model/log-columns.ts')).toBe(true);
  expect(refused('query/promql/parse.ts', 'storage/clickhouse/sql.ts')).toBe(true);
  expect(refused('ui/main.tsx', 'server/main.ts')).toBe(true);
  expect(refused('nowhere/x.ts', 'base/bytes.ts')).toBe(true);
});

test('the table allows what walks downwards', () => {
  expect(refused('model/log-columns.ts', 'base/bytes.ts')).toBe(false);
  expect(refused('query/promql/evaluate.ts', 'storage/ports/metric-store.ts')).toBe(false);
  expect(refused('cli/commands/server.ts', 'server/main.ts')).toBe(false);
});

test('sees imports over several lines, re-exports, and type imports', () => {
  const text = `import {\n  a,\n  b,\n} from './x.ts';\nimport type { C } from './y.ts';\nexport * from './z.ts';\nimport './w.ts';`;
  expect(listImports(text)).toEqual([
    { target: './x.ts', isType: false },
    { target: './y.ts', isType: true },
    { target: './z.ts', isType: false },
    { target: './w.ts', isType: false },
  ]);
});

test('finds a cycle and names its files', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
  ]);
  expect(findCycles(graph)).toEqual([['a', 'b', 'c', 'a']]);
});
