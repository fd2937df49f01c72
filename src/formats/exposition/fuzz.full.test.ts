import { expect, test } from 'vitest';
import { fuzzExpositions } from '../../../test/support/exposition-fuzz.ts';

test('a million mutated expositions', { timeout: 900_000 }, () => {
  const { parsed, refused } = fuzzExpositions(1_000_000, 7);
  expect(parsed + refused).toBe(1_000_000);
});
