import { expect, test } from 'vitest';
import { fuzzRemoteWrite } from '../../../test/support/remote-write-fuzz.ts';

test('30 000 mutated bodies', { timeout: 120_000 }, () => {
  const { decoded, refused } = fuzzRemoteWrite(30_000, 20_261_130);
  expect(Math.min(decoded, refused)).toBeGreaterThan(3000);
});
