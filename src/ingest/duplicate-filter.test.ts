import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DuplicateFilter } from './duplicate-filter.ts';

const hashOf = (id: number): Uint8Array => createHash('md5').update(String(id)).digest();
const MINUTE = 60_000;

test('knows what came within ten minutes, like a map that forgets', () => {
  const step = fc.record({ id: fc.nat(40), after: fc.integer({ min: 0, max: 2 * MINUTE }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const filter = new DuplicateFilter();
      const model = new Map<number, { at: number; rows: number }>();
      let now = 0;
      for (const { id, after } of steps) {
        now += after;
        const known = model.get(id);
        const expected = known !== undefined && now - known.at <= 10 * MINUTE ? known.rows : undefined;
        expect(filter.find(hashOf(id), now)).toBe(expected);
        if (expected !== undefined) continue;
        filter.add(hashOf(id), id + 1, now);
        model.set(id, { at: now, rows: id + 1 });
      }
    }),
  );
});

test('grows, and comes back from what it saved', () => {
  const filter = new DuplicateFilter();
  for (let id = 0; id < 5000; id++) filter.add(hashOf(id), id, id);
  const again = new DuplicateFilter();
  for (const [hash, rows, at] of filter.save(3000)) again.add(Buffer.from(hash, 'base64'), rows, at);
  const found = (target: DuplicateFilter, id: number): number | undefined => target.find(hashOf(id), 5000);
  expect([0, 2500, 4999].map((id) => found(filter, id))).toEqual([0, 2500, 4999]);
  expect([0, 1999, 2000, 4999].map((id) => found(again, id))).toEqual([undefined, undefined, 2000, 4999]);
});

test('forgets the oldest when a million bodies come within the window', () => {
  const filter = new DuplicateFilter();
  const hash = new Uint8Array(16);
  const view = new DataView(hash.buffer);
  const set = (id: number): Uint8Array => {
    view.setUint32(0, Math.imul(id, 0x9e3779b1), true);
    view.setUint32(4, id, true);
    return hash;
  };
  const limit = 2 ** 20;
  for (let id = 0; id < limit + 10; id++) filter.add(set(id), id, 0);
  expect(filter.size).toBe(limit);
  expect([9, 10, limit + 9].map((id) => filter.find(set(id), 0))).toEqual([undefined, 10, limit + 9]);
});
