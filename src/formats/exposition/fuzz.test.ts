import { expect, test } from 'vitest';
import { fuzzExpositions } from '../../../test/support/exposition-fuzz.ts';

test('100 000 mutated expositions', () => {
  const { parsed, refused } = fuzzExpositions(100_000, 20_261_129);
  expect(parsed + refused).toBe(100_000);
  expect(Math.min(parsed, refused)).toBeGreaterThan(5000);
});
