import { expect, test } from 'vitest';
import { fuzzRemoteWrite } from '../../../test/support/remote-write-fuzz.ts';

test('1 000 000 mutated bodies', { timeout: 900_000 }, () => {
  const { decoded, refused } = fuzzRemoteWrite(1_000_000, 7);
  expect(Math.min(decoded, refused)).toBeGreaterThan(100_000);
});
