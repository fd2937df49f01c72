import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countDrift } from './drift.ts';
import type { GcObjects } from './gc-lists.ts';

const listOf = (addresses: readonly number[]): GcObjects => ({
  // Longer than what it holds, as the real ones are.
  addresses: Float64Array.from([...addresses, 0, 0]),
  count: addresses.length,
  isCollecting: false,
  brokenLists: 0,
});

test('the objects that are in one pass only', () => {
  const addresses = fc.uniqueArray(fc.nat(60));
  fc.assert(
    fc.property(addresses, addresses, (before, after) => {
      const expected = new Set(before).symmetricDifference(new Set(after)).size;
      expect(countDrift(listOf(before), listOf(after))).toBe(expected);
    }),
  );
});
