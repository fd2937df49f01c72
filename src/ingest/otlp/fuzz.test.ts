import { expect, test } from 'vitest';
import { fuzzOtlp } from '../../../test/support/otlp-fuzz.ts';

test('100 000 mutated requests: rows or a coded error, and a sound block', () => {
  const { decoded, refused, rows } = fuzzOtlp(100_000, 20_261_121);
  expect(decoded + refused).toBe(100_000);
  // Both ways were gone, many times.
  expect(Math.min(decoded, refused, rows)).toBeGreaterThan(5000);
});
