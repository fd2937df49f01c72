// Rows are read from as few files as can be; of an older database, too, once its parts merge.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pushLogs, pushSpans } from '../../../test/store/make-blocks.ts';
import { openTestEngine } from '../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { everything } from '../ports/plan.ts';
import { NativeBlockWriter } from './block-files.ts';
import { applyMigrations, migrations } from './migrations.ts';
import { decodeNative } from './native/decode-native.ts';
import { ClickHouseLogStore } from './telemetry-stores.ts';

const FROM = 1_795_000_000_000_000_000n;
const LAST_WITH_MANY = migrations.find(({ name }) => name === 'rows are read from fewer files')!.version - 1;

test('an older database gets there as its parts merge, with the same rows', async () => {
  const { engine, folder } = await openTestEngine();
  const { driver } = engine;
  const store = new ClickHouseLogStore(engine);
  for (const table of ['logs', 'spans'])
    await driver.command(
      `ALTER TABLE holter.${table} MODIFY SETTING string_serialization_version = 'with_size_stream', ` +
        'ratio_of_defaults_for_sparse_serialization = 0.9, min_bytes_for_wide_part = 0',
    );
  await driver.command(`DELETE FROM holter.schema_migrations WHERE version > ${LAST_WITH_MANY}`);

  const block = new TelemetryBlock();
  pushLogs(block, { rows: 500, from: FROM, span: 1e9, seed: 1 });
  pushSpans(block, { rows: 500, from: FROM, span: 1e9, seed: 2 });
  await engine.insert('1/0-1', await new NativeBlockWriter().write(block, folder, 'block'));

  const filesOf = async (table: string): Promise<string[]> => {
    const { bytes } = await driver.query(`SELECT path FROM system.parts WHERE active AND table = '${table}'`, {});
    const paths = decodeNative(bytes).columns['path'] as readonly string[];
    return paths.flatMap((path) => readdirSync(path).filter((name) => name.endsWith('.bin')));
  };
  const read = async (): Promise<unknown> => {
    const range = { from: FROM - 1n, to: FROM + 10n ** 10n };
    const plan = { kind: 'rows', from: 'logs', range, where: everything, select: 'all', order: 'newest' } as const;
    return (await store.query({ ...plan, limit: 1000 })).columns;
  };
  const before = { logs: await filesOf('logs'), spans: await filesOf('spans'), rows: await read() };
  expect(before.logs).toContain('body.size.bin');
  expect(before.logs.filter((name) => name.endsWith('.sparse.idx.bin'))).not.toEqual([]);

  expect(await applyMigrations(driver)).toEqual(migrations.filter(({ version }) => version > LAST_WITH_MANY));
  expect(await read()).toEqual(before.rows);
  for (const table of ['logs', 'spans'] as const) {
    await driver.command(`OPTIMIZE TABLE holter.${table} FINAL`);
    const after = await filesOf(table);
    expect(after.length).toBeLessThan(before[table].length);
    // Sizes of maps, and of the values in them, lie apart.
    expect(after.filter((name) => /^[a-z_]+\.(size|sparse\.idx)\.bin$/.test(name))).toEqual([]);
  }
  expect(await read()).toEqual(before.rows);
});
