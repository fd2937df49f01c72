// Random lives of an intake, and a crash at every operation, where nothing is kept that was not synced.
import fc from 'fast-check';
import { test } from 'vitest';
import { action, crashAtEveryOperation, live } from './intake-lives.ts';

test('everything acknowledged is stored exactly once and the ledger balances, over any crashes', async () => {
  const keeps = fc.oneof(
    fc.constant([false]),
    fc.constant([true]),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 31 }),
  );
  const runs = Number(process.env['HOLTER_CRASH_RUNS'] ?? 150);
  await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 60 }), keeps, live), {
    numRuns: runs,
    endOnFailure: false,
  });
});

test('a crash at every single operation: nothing unsynced is kept', { retry: 0 }, () => crashAtEveryOperation([false]));
