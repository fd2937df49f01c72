import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SECONDS_BYTES, MAX_VALUE_BYTES, ValueWriter, writeSeconds } from './value-writer.ts';
import { showSeconds, showValue } from './write-data.ts';

const writer = new ValueWriter(showValue);

function write(value: number): string {
  const bytes = new Uint8Array(MAX_VALUE_BYTES + 3);
  return Buffer.from(bytes.buffer, 3, writer.write(bytes, 3, value) - 3).toString('latin1');
}

test('every number is written as it is shown, again and again', () => {
  const value = fc.oneof(
    fc.double(),
    fc.float(),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.maxSafeInteger(),
    fc.tuple(fc.maxSafeInteger(), fc.constantFrom(2, 4, 10, 40, 100, 1000, 10_000)).map(([a, b]) => a / b),
    fc.tuple(fc.integer(), fc.constantFrom(3, 10, 40, 1000, 1e6)).map(([a, b]) => a / b),
    fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1e21, 999_999_999_999.999, 1e15, 1e12, 0.001, 0.0005, 1e6),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 50 }), (values) => {
      for (const one of [...values, ...values]) expect(write(one)).toBe(showValue(one));
    }),
    { numRuns: 300 },
  );
});

test('means of large numbers are written to the last decimal that tells them from their neighbours', () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state / 2 ** 32) * below;
  };
  const words = new Uint32Array(2);
  const float = new Float64Array(words.buffer);
  for (let i = 0; i < 50_000; i++) {
    // Any float around and within the range, then means, numbers of few decimals, and their neighbours.
    words[0] = random(2 ** 32);
    words[1] = ((1023 + 20 + Math.floor(random(33))) << 20) | Math.floor(random(2 ** 20));
    const whole = Math.floor(random(2 ** (24 + (i % 26))));
    const decimals = whole + Math.round(random(1e6)) / 1e6;
    for (const value of [
      float[0]!,
      whole / (2 + (i % 60)),
      decimals,
      decimals + 2 ** -20,
      -decimals,
      whole + 2 ** -(i % 30),
    ])
      if (write(value) !== showValue(value)) expect(write(value)).toBe(showValue(value));
  }
});

test('every time is written as it is shown', () => {
  const bytes = new Uint8Array(MAX_SECONDS_BYTES + 1);
  const ms = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, 1, 999, 1000, 1001, 9_223_309_901_257_974));
  fc.assert(
    fc.property(ms, (time) => {
      const text = Buffer.from(bytes.buffer, 1, writeSeconds(bytes, 1, time) - 1).toString('latin1');
      expect(text).toBe(showSeconds(time));
    }),
    { numRuns: 1000 },
  );
});
