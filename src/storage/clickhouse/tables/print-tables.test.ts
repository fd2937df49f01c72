// One source of tables, three deployments. What stands on a cluster cannot be run here, so its statements are kept as text; the
// engine parses them, and runs those of one machine (engine.test.ts).
import { expect, test } from 'vitest';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import { printText } from '../sql/literals.ts';
import { allTables } from './all-tables.ts';
import { printTable, type Deployment } from './print-tables.ts';

const deployments: Readonly<Record<string, Deployment>> = {
  embedded: { kind: 'embedded', database: 'holter' },
  server: { kind: 'server', database: 'telemetry' },
  cluster: { kind: 'cluster', database: 'telemetry', cluster: 'main' },
};
const print = (deployment: Deployment): string[] => allTables.flatMap((table) => printTable(table, deployment));

test.each(Object.keys(deployments))('the tables of %s', async (name) => {
  await expect(`${print(deployments[name]!).join(';\n\n')};\n`).toMatchFileSnapshot(`golden/${name}.sql`);
});

test('only the engine clause differs between one machine and a cluster', () => {
  const columnsOf = (statement: string): string =>
    statement.slice(statement.indexOf('(\n'), statement.indexOf(') ENGINE'));
  const local = print(deployments['cluster']!).filter(
    (statement) => statement.includes('_local') && statement.includes('(\n'),
  );
  expect(local.map(columnsOf)).toEqual(print(deployments['embedded']!).map(columnsOf));
});

test('the engine understands every statement', async () => {
  const { engine } = await openTestEngine();
  for (const statement of Object.values(deployments).flatMap(print)) {
    const { bytes } = await engine.driver.query(`SELECT formatQuery(${printText(statement)}) AS text`, {});
    expect(bytes.length).toBeGreaterThan(0);
  }
});

test('every table shards by its own columns and is retained by something', () => {
  for (const table of allTables) {
    const names = new Set(table.columns.map((column) => column.name));
    for (const [word] of table.shardBy.matchAll(/[a-z_]\w*(?![\w(])/g))
      expect(names, `${table.name}: ${word}`).toContain(word);
    expect(table.retained === 'forever', table.name).toBe(table.partitionBy.length === 0);
  }
});
