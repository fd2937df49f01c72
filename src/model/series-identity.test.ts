import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalLabels, compareUtf8, fingerprintLabels } from './series-identity.ts';

test('names sort as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, two) => {
      expect(Math.sign(compareUtf8(one, two))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(two)));
    }),
  );
});

test('the identity does not depend on the order, nor on empty labels, and of a repeated name the last value counts', () => {
  const one = canonicalLabels([
    ['b', '2'],
    ['__name__', 'x'],
    ['a', '旧'],
    ['c', ''],
    ['a', '新'],
  ]);
  const two = canonicalLabels([
    ['__name__', 'x'],
    ['a', '新'],
    ['b', '2'],
  ]);
  expect(one).toEqual(two);
  expect(fingerprintLabels(one)).toBe(fingerprintLabels(two));
});

test('names and values cannot be shifted into each other; the fingerprint is the same in every version', () => {
  expect(fingerprintLabels([['a', 'bc']])).not.toBe(fingerprintLabels([['ab', 'c']]));
  expect(fingerprintLabels([['a', 'x'.repeat(200)]])).not.toBe(fingerprintLabels([['a', 'x'.repeat(201)]]));
  const canonical = canonicalLabels([
    ['__name__', 'up'],
    ['job', 'shop/订单'],
    ['instance', '10.0.0.1:9090'],
  ]);
  expect(fingerprintLabels(canonical).toString(16)).toMatchInlineSnapshot(`"a60f23b59b7f079f"`);
});
