import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultEngineOptions } from '../../query/promql/evaluation-state.ts';
import { allOptions } from '../../query/promql/options.ts';
import { readQuery, runInstantQuery, runRangeQuery } from '../../query/promql/query.ts';
import type { SeriesSource } from '../../query/promql/series-source.ts';
import { writeStaleMarker } from '../../query/promql/stale.ts';
import { EngineSeriesSource } from '../engine-series-source.ts';
import { HeadSeriesSource } from './head-series-source.ts';
import { HotHead } from './hot-head.ts';

const BEGIN = 1_700_000_000_000;
const encoder = new TextEncoder();
const noTables = new EngineSeriesSource(
  {
    run: () => {
      throw new Error('the tables were asked');
    },
  },
  { milliseconds: 1000, samples: 1_000_000 },
);

type Sample = readonly [time: number, value: number | 'stale'];

/** A head with one series for each list of samples, in the order in which they came. */
function fill(series: readonly (readonly Sample[])[], names: number): HotHead {
  const head = new HotHead(1_000_000);
  const value = new Float64Array(1);
  const bits = new Int32Array(value.buffer);
  series.forEach((samples, place) => {
    const pairs = [`m${place % names}_total`, String(place % 3), String(place)].map((text, i) => {
      const bytes = encoder.encode(text);
      return head.index.pairs.enter(head.index.pairs.nameId(['__name__', 'a', 'b'][i]!), bytes, 0, bytes.length);
    });
    const number = head.index.add(Math.imul(place, 0x9e3779b1), place * 7, pairs);
    for (const [time, given] of samples) {
      if (given === 'stale') writeStaleMarker(value, 0);
      else value[0] = given;
      head.chunks.append(number, BEGIN + time, bits[0]!, bits[1]!);
    }
  });
  head.indexed(0);
  head.loaded(0);
  return head;
}

async function ask(text: string, source: SeriesSource, steps: number, trace = false): Promise<unknown> {
  const query = readQuery(text, allOptions);
  if (!query.ok) throw query.error;
  const result = await runRangeQuery(query.value, BEGIN, BEGIN + steps * 15_000, 15_000, source, { trace });
  if (!result.ok) return result.error.message;
  const { data, warnings, infos, statistics } = result.value;
  const series =
    data.type === 'matrix'
      ? data.series.map(({ labels, times, values }) => [labels.key, [...times], [...values]])
      : data;
  return { series, warnings, infos, samplesRead: statistics.samplesRead };
}

const queries = [
  '{__name__=~".+"}',
  'sum by (a) ({__name__=~".+"})',
  'avg without (b) (m0_total offset 20s)',
  'count(m0_total @ 1700000060)',
  'topk(2, {__name__=~".+"})',
  'bottomk(3, m0_total)',
  'topk(2, rate(m0_total[1m]))',
  'topk(scalar(count(m0_total)) - 2, m0_total)',
  'topk by (a) (1, {__name__=~".+"})',
  'sum(topk(1, m0_total)) + sum by (a) (m0_total)',
  'rate(m0_total[1m])',
  'sum by (a) (rate({__name__=~"m.*"}[1m]))',
  'sum by (a) (avg_over_time(m0_total[45s])) / sum by (a) (count_over_time(m0_total[45s]))',
  'max_over_time(m0_total[1m]) - timestamp(m0_total)',
  'quantile_over_time(0.5, m0_total[1m])',
  'sum_over_time(sum by (a) (m0_total)[1m:15s])',
  'm0_total[1m]',
];

const number = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.constantFrom<number | 'stale'>(NaN, Infinity, -Infinity, -0, 'stale', 1.7e308, -1.7e308, 5e-324, 0.1),
  fc.double(),
);
const regular = fc
  .array(number, { maxLength: 40 })
  .map((values) => values.map((value, i): Sample => [i * 15_000, value]));
const irregular = fc.array(fc.tuple(fc.integer({ min: -400_000, max: 600_000 }), number), { maxLength: 60 });

test('what is read while it is evaluated gives the same as what is read before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 3, arbitrary: regular }, irregular), { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 41 }),
      fc.constantFrom(...queries),
      async (series, names, steps, text) => {
        const source = (): HeadSeriesSource =>
          new HeadSeriesSource(fill(series, names), noTables, defaultEngineOptions.maxSamples);
        const before = source();
        const expected = await ask(text, { select: (...given) => before.select(...given) }, steps);
        expect(await ask(text, source(), steps)).toEqual(expected);
        expect(await ask(text, source(), steps, true)).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('the limit of samples is the same', async () => {
  const head = fill(
    Array.from({ length: 5 }, () => Array.from({ length: 20 }, (_, i): Sample => [i * 15_000, i])),
    1,
  );
  for (const text of ['sum(m0_total)', 'rate(m0_total[1m])', 'topk(1, m0_total) + sum(m0_total)'])
    for (const samples of [50, 1000]) {
      const source = new HeadSeriesSource(head, noTables, samples);
      const plain: SeriesSource = { select: (...given) => source.select(...given) };
      expect(await ask(text, source, 10)).toEqual(await ask(text, plain, 10));
    }
});

test('series that were selected are given back', async () => {
  const head = fill([[[0, 1]], [[0, 2]]], 1);
  const source = new HeadSeriesSource(head, noTables, 1000);
  let left = 0;
  head.selections.take = (series) => void (left += series);
  head.selections.giveBack = (series) => void (left -= series);
  await ask('sum(m0_total) + sum(rate(m0_total[1m]))', source, 4);
  expect(left).toBe(4);
  source.release();
  expect(left).toBe(0);
});

test('of an instant selector one sample a series counts, and a window counts whole', async () => {
  const head = fill(
    Array.from({ length: 5 }, (_, row) => Array.from({ length: 20 }, (_, i): Sample => [i * 15_000, row * 100 + i])),
    1,
  );
  const read = async (text: string, isStreamed: boolean): Promise<unknown> => {
    const source = new HeadSeriesSource(head, noTables, 30);
    const query = readQuery(text, allOptions);
    if (!query.ok) throw query.error;
    const asked = isStreamed
      ? source
      : { select: (...given: Parameters<SeriesSource['select']>) => source.select(...given) };
    const result = await runInstantQuery(query.value, BEGIN + 19 * 15_000, asked);
    if (!result.ok) return result.error.message;
    const { data, statistics } = result.value;
    return [data.type === 'vector' && data.series.map(({ values }) => values[0]), statistics.samplesRead];
  };
  for (const isStreamed of [true, false]) {
    expect(await read('sum(m0_total)', isStreamed)).toEqual([[1095], 5]);
    expect(await read('max(timestamp(m0_total offset 30s)) - 1700000000', isStreamed)).toEqual([[255], 5]);
    expect(await read('count_over_time(m0_total{a="0"}[45s])', isStreamed)).toEqual([[3, 3], 6]);
    expect(await read('sum(sum_over_time(m0_total[5m]))', isStreamed)).toContain('the limit is 30 samples');
    // Inside of a subquery every step has a newest sample of its own.
    expect(await read('count_over_time(m0_total{b="1"}[1m:15s])', isStreamed)).toEqual([[4], 19]);
  }
});
