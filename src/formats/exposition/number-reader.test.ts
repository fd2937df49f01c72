// Numbers read from bytes are, bit by bit, those that are read from their text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFloatText } from '../../base/float-text.ts';
import { NumberReader } from './number-reader.ts';

const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '5', '7', '9'), maxLength: 18 });
const decimal = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits,
    fc.constantFrom('', '.'),
    digits,
    fc.constantFrom('', 'e', 'e-', 'e+', 'E'),
    fc.nat(330),
  )
  .map(([sign, whole, point, part, e, power]) => `${sign}${whole}${point}${part}${e}${e === '' ? '' : power}`);
const text = fc.oneof(
  decimal,
  fc.double().map(String),
  fc.constantFrom('NaN', '-nan', '+Inf', '-infinity', '', '-', '.', '1e', 'e5', '--1', '1 2', '0x1', '1\r', 'é'),
  fc.string({ maxLength: 5 }),
);

test('a number and a line break', () => {
  const reader = new NumberReader();
  fc.assert(
    fc.property(text, fc.constantFrom('', 'a 1\n'), (number, before) => {
      fc.pre(!number.includes('\n'));
      const body = new TextEncoder().encode(`${before}${number}\nb 2\n`);
      const value = parseFloatText(number);
      const read = reader.read(body, before.length);
      if (value === undefined) expect(reader.end, number).toBe(-1);
      else {
        expect(reader.end, number).toBe(before.length + number.length);
        expect(read, number).toBe(value);
      }
    }),
    { numRuns: 3000 },
  );
});

test('what has no end is no number', () => {
  const reader = new NumberReader();
  for (const number of ['', '1', '1.5', '1e3', 'NaN', `${'1'.repeat(100)}\n`]) {
    reader.read(new TextEncoder().encode(number), 0);
    expect(reader.end, number).toBe(-1);
  }
});
