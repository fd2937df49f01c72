// Words on a server that is too old for the text index.
import { expect, test } from 'vitest';
import { makeLogBlock, NEEDLE } from '../../../../test/store/make-blocks.ts';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import { ClickHouseLogStore } from '../telemetry-stores.ts';

const FROM = 1_795_000_000_000_000_000n;

test('words are found by a token bloom filter', async () => {
  const storage = await openTestEngine({ withoutTextIndex: true });
  await storage.store(makeLogBlock({ rows: 2000, from: FROM, span: 60e9, seed: 1 }));
  const store = new ClickHouseLogStore(storage.engine);
  const find = async (text: string): Promise<readonly string[]> => {
    const plan = {
      kind: 'rows',
      from: 'logs',
      range: { from: 0n, to: 2n ** 63n - 1n },
      where: { kind: 'words', text },
      order: 'newest',
      limit: 1000,
    } as const;
    return (await store.query({ ...plan, select: [{ kind: 'column', name: 'body' }] })).columns[
      'body'
    ] as readonly string[];
  };
  expect(await find('LOOKED needle-7f3a9c')).toEqual([NEEDLE]);
  expect((await find('数据库超时 Timed')).every((body) => body.startsWith('连接数据库超时'))).toBe(true);
  expect(await find('数据库超时 Timed')).not.toHaveLength(0);
  expect(await find('looke')).toHaveLength(0);
});
