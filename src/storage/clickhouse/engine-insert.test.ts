// The order of an insert: all tables, then the sync, and only then the answer.
import { expect, test } from 'vitest';
import type { Driver } from './driver/driver.ts';
import { insertError } from './driver/engine-errors.ts';
import { Engine } from './engine.ts';

function makeDriver(fail?: string): { driver: Driver; calls: string[] } {
  const calls: string[] = [];
  const call = async (name: string): Promise<void> => {
    calls.push(name);
    if (name === fail) throw new Error('Code: 243. DB::Exception: no space (NOT_ENOUGH_SPACE)');
  };
  const driver: Driver = {
    deployment: { kind: 'embedded', database: 'holter' },
    query: () => Promise.reject(new Error('not asked for')),
    command: call,
    insertFile: ({ table, token }) => call(`${table} ${token}`),
    sync: () => call('sync'),
    close: () => call('close'),
  };
  return { driver, calls };
}

const files = ['resources', 'logs'].map((table) => ({ table, path: `/x/${table}`, rows: 1, bytes: 1 }));

test('a block is answered for when all its tables are synced', async () => {
  const { driver, calls } = makeDriver();
  await new Engine(driver).insert('1/2', files);
  expect(calls).toEqual(['holter.resources 1/2', 'holter.logs 1/2', 'sync']);
});

test.each(['holter.logs 1/2', 'sync'])('when %s fails the block is to be offered again', async (step) => {
  const { driver } = makeDriver(step);
  await expect(new Engine(driver).insert('1/2', files)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test.each([
  'Code: 173. DB::Exception: Allocator: Cannot mmap 4.00 MiB.: errno: 12, strerror: Cannot allocate memory. (CANNOT_ALLOCATE_MEMORY)',
  'Code: 1001. DB::Exception: std::bad_alloc (STD_EXCEPTION)',
  'Code: 241. DB::Exception: Memory limit (total) exceeded (MEMORY_LIMIT_EXCEEDED)',
])('a block is no worse for an engine without memory: %s', (message) => {
  expect(insertError('logs', new Error(message))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
