import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { RemoteWriteDecoder } from './decode.ts';
import { encodeWriteRequest, type EncodedSample } from './encode.ts';

const LIMIT = 64 << 20;

function roundTrip(samples: readonly EncodedSample[]): [string, number, bigint][] {
  const result = new RemoteWriteDecoder().decode(encodeWriteRequest(samples), LIMIT);
  if (!result.ok) throw new Error(result.error);
  const { count, seriesIds, times, values, newSeries } = result.value;
  const labels = new Map(newSeries.map(({ seriesId, labels: own }) => [seriesId, Labels.of(own).key]));
  const words = new BigUint64Array(values.buffer, values.byteOffset, count);
  return Array.from({ length: count }, (_, i) => [labels.get(seriesIds[i] ?? 0) ?? '', times[i] ?? 0, words[i] ?? 0n]);
}

const bitsOf = (value: number | undefined): bigint =>
  value === undefined ? 0x7ff0_0000_0000_0002n : (new BigUint64Array(Float64Array.of(value).buffer)[0] ?? 0n);

test('what is encoded is decoded, bit for bit', () => {
  const label = fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string({ minLength: 1, maxLength: 200 }));
  const sample = fc.record({
    labels: fc.array(label, { maxLength: 8 }).map((pairs) => Labels.of([['__name__', 'm'], ...pairs])),
    timeMs: fc.integer({ min: -1_000_000_000_000, max: 9_000_000_000_000 }),
    value: fc.option(fc.double(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 30 }), (samples) => {
      const expected = samples.map(({ labels, timeMs, value }) => [labels.key, timeMs, bitsOf(value)]);
      expect(roundTrip(samples)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('a message longer than one literal', () => {
  const samples = Array.from({ length: 5000 }, (_, i) => ({
    labels: Labels.from({ __name__: '规则:结果', i: String(i) }),
    timeMs: 1_800_000_000_000 + i,
    value: i / 3,
  }));
  expect(roundTrip(samples)).toEqual(samples.map(({ labels, timeMs, value }) => [labels.key, timeMs, bitsOf(value)]));
});
