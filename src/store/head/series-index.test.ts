import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import { canonicalLabels, fingerprintLabels } from '../../model/series-identity.ts';
import { matchesAll, Matcher, type MatchOperator } from '../../query/promql/matcher.ts';
import { NO_SERIES, SeriesIndex } from './series-index.ts';

const encoder = new TextEncoder();

/** A series as RowBinary writes it. */
function rowOf(labels: Labels, day: number): Uint8Array {
  const row = new ByteBuffer();
  const canonical = canonicalLabels(labels);
  const text = (value: string): void => {
    const bytes = encoder.encode(value);
    row.writeVarint(bytes.length);
    row.append(bytes);
  };
  row.reserve(10);
  row.view.setBigUint64(0, BigInt.asUintN(64, fingerprintLabels(canonical)), true);
  row.view.setUint16(8, day, true);
  row.length = 10;
  text(labels.metricName);
  const rest = canonical.filter(([name]) => name !== METRIC_NAME);
  row.writeVarint(rest.length);
  for (const pair of rest) pair.forEach(text);
  return row.contents().slice();
}

function add(index: SeriesIndex, labels: Labels, day = 20_000): void {
  const row = rowOf(labels, day);
  expect(index.readRow(row, new DataView(row.buffer), 0)).toBe(row.length);
}

const values = ['', 'a', 'ab', 'b', '商品', '𝒳', 'x'.repeat(300), '10.0.0.1:9100'];
const labelSet = fc
  .record({
    [METRIC_NAME]: fc.constantFrom('up', 'requests_total', '请求'),
    job: fc.constantFrom(...values),
    instance: fc.constantFrom(...values),
    Zone: fc.constantFrom(...values),
    '\u{10000}x': fc.constantFrom('', 'a'),
    '\uffeex': fc.constantFrom('', 'b'),
  })
  .map((record) => Labels.from(record));
const matcher = fc
  .tuple(
    fc.constantFrom(METRIC_NAME, 'job', 'instance', 'Zone', 'absent', '\uffeex'),
    fc.constantFrom<MatchOperator>('=', '!=', '=~', '!~'),
    fc.constantFrom(...values, 'a|b', 'a.*', '.+', '.*', 'a|', '(?i)AB', 'up|请求', '.*b.*', '商.', 'x+', 'nothing|b'),
  )
  .map(([name, operator, value]) => {
    const made = Matcher.make(name, operator, value);
    if (!made.ok) throw new Error(made.error);
    return made.value;
  });

test('the index finds exactly the series that match', () => {
  fc.assert(
    fc.property(
      fc.array(labelSet, { maxLength: 60 }),
      fc.array(fc.array(matcher, { maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      (sets, queries) => {
        const index = new SeriesIndex();
        for (const labels of sets) add(index, labels);
        const all = new Map(sets.map((labels) => [labels.key, labels]));
        expect(index.size).toBe(all.size);
        for (const matchers of queries) {
          const found = Array.from(index.select(matchers), (series) => index.labelsOf(series).key);
          const expected = [...all.values()].filter((labels) => matchesAll(matchers, labels));
          expect(found.toSorted()).toEqual(expected.map(({ key }) => key).toSorted());
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('series are found by their fingerprints, a few bytes each', () => {
  const index = new SeriesIndex();
  const before = index.bytes;
  const count = 50_000;
  for (let i = 0; i < count; i++)
    add(
      index,
      Labels.from({
        [METRIC_NAME]: `metric_${i % 100}`,
        job: `job-${i % 20}`,
        instance: `10.0.${i % 250}.${(i >> 8) % 250}:9100`,
        path: `/items/${i % 1000}`,
        pod: `pod-${i}`,
      }),
    );
  expect(index.size).toBe(count);
  expect((index.bytes - before) / count).toBeLessThan(200);
  const fingerprint = index.fingerprintOf(4711);
  const words = new Int32Array(BigUint64Array.of(fingerprint).buffer);
  expect(index.find(words[0]!, words[1]!)).toBe(4711);
  expect(index.find(1, 2)).toBe(NO_SERIES);
});
