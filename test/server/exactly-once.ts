// What must hold after every fault: each acknowledged row is there once, and the ledger balances.
import { expect } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
import { eventually, postApi, searchAllLogs, settledLedger, type Answer } from '../support/api-client.ts';
import type { SenderReport } from '../support/retrying-sender.ts';

export async function expectExactlyOnce(url: string, { batches, rowsABatch }: SenderReport): Promise<void> {
  await eventually<Answer<LogSearchResponse>>(
    () => postApi(url, '/logs/search', { limit: 1 }),
    ({ status }) => status === 200,
  );
  const ledger = await settledLedger(url);
  const rows = await searchAllLogs(url, { service: ['sender'] });
  const seen = new Map<string, number>();
  for (const { attributes } of rows) {
    const key = attributes.map(({ value }) => String(value)).join('/');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const wrong: string[] = [];
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < rowsABatch; row++) {
      const times = seen.get(`${batch}/${row}`) ?? 0;
      if (times !== 1) wrong.push(`row ${row} of batch ${batch} is there ${times} times`);
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(rows).toHaveLength(batches * rowsABatch);
  expect(ledger.difference).toBe(0);
  expect(ledger.total).toMatchObject({ stored: rows.length, inSpool: 0, refused: 0, quarantined: 0, expired: 0 });
  expect(ledger.total.received).toBe(ledger.total.stored + ledger.total.deduplicated);
}
