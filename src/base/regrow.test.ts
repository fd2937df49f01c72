import { expect, test } from 'vitest';
import { regrow } from './regrow.ts';

test('what an array has comes along, and large memory goes back at once', () => {
  const small = Int32Array.of(1, 2, 3);
  expect([...regrow(small, 5)]).toEqual([1, 2, 3, 0, 0]);
  const large = new Float64Array(100_000).fill(7);
  const grown = regrow(large, 200_000, 50_000);
  expect([grown.length, grown[0], grown[49_999], grown[50_000]]).toEqual([200_000, 7, 7, 0]);
  expect([small.length, large.length]).toEqual([3, 0]);
});
