import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareStrings } from './compare-strings.ts';

test('orders as the UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      const bytes = Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(Math.sign(compareStrings(left, right))).toBe(bytes);
    }),
  );
  expect(compareStrings('\u{1f600}', '\uffee')).toBeGreaterThan(0);
});
