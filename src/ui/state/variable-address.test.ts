import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readValues, writeValues } from './variable-address.ts';

test('any values come back from the address', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (values) => {
      expect(readValues({ 'var-a': writeValues(values) }, 'a')).toEqual(values);
    }),
  );
  expect(readValues({}, 'a')).toBeUndefined();
  expect(writeValues(['支付,订单', '$__all'])).toBe(String.raw`支付\,订单,$__all`);
});
