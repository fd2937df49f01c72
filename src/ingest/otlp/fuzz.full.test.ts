import { expect, test } from 'vitest';
import { fuzzOtlp } from '../../../test/support/otlp-fuzz.ts';

test('1 500 000 mutated requests of three seeds', { timeout: 900_000 }, () => {
  for (const seed of [1, 2, 3]) {
    const { decoded, refused } = fuzzOtlp(500_000, seed);
    expect(decoded + refused).toBe(500_000);
  }
});
