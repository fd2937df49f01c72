import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { MemorySeriesSource } from './memory-series-source.ts';
import { allOptions } from './options.ts';
import { readQuery, runInstantQuery, runRangeQuery, type ParsedQuery, type QueryResult } from './query.ts';
import type { SelectedSeries, SeriesSource } from './series-source.ts';

const MINUTE = 60_000;

function makeSource(): MemorySeriesSource {
  const source = new MemorySeriesSource();
  for (const job of ['api', 'shop']) {
    const samples = Array.from({ length: 240 }, (_, i) => ({ timeMs: i * 15_000, value: i * (job === 'api' ? 1 : 2) }));
    source.append(Labels.from({ __name__: 'requests_total', job }), samples);
  }
  return source;
}

function read(text: string): ParsedQuery {
  const query = readQuery(text, allOptions);
  if (!query.ok) throw query.error;
  return query.value;
}

/** Remembers what it was asked for. */
class SpySource implements SeriesSource {
  readonly asked: { matchers: string; fromMs: number; toMs: number; function: string; rangeMs: number }[] = [];
  readonly #source = makeSource();

  select(...[matchers, fromMs, toMs, hints]: Parameters<SeriesSource['select']>): SelectedSeries[] {
    this.asked.push({ matchers: matchers.join(), fromMs, toMs, function: hints.function, rangeMs: hints.rangeMs });
    return this.#source.select(matchers, fromMs, toMs);
  }
}

async function range(text: string, source: SeriesSource = makeSource()): Promise<QueryResult> {
  const result = await runRangeQuery(read(text), 10 * MINUTE, 20 * MINUTE, MINUTE, source, { language: allOptions });
  if (!result.ok) throw result.error;
  return result.value;
}

test('reads only the times that the windows cover', async () => {
  const f = async (text: string, ...expected: [number, number][]): Promise<void> => {
    const source = new SpySource();
    await range(text, source);
    expect(
      source.asked.map(({ fromMs, toMs }) => [fromMs / MINUTE, toMs / MINUTE]),
      text,
    ).toEqual(expected.map(([from, to]) => [from + 1 / MINUTE, to]));
  };
  await f('requests_total', [5, 20]);
  await f('rate(requests_total[2m])', [8, 20]);
  await f('rate(requests_total[2m] offset 5m)', [3, 15]);
  await f('requests_total @ 60', [-4, 1]);
  await f('rate(requests_total[2m] @ end())', [18, 20]);
  await f('max_over_time(rate(requests_total[2m])[5m:1m])', [4, 20]);
  await f('requests_total / requests_total offset 1m', [5, 20], [4, 19]);
  await f('rate(requests_total[2m] smoothed)', [3, 25]);
});

test('tells the source what a selection is for', async () => {
  const source = new SpySource();
  await range('sum by (job) (rate(requests_total{job=~"a.*"}[2m]))', source);
  expect(source.asked).toMatchObject([
    { matchers: 'job=~"a.*",__name__="requests_total"', function: 'rate', rangeMs: 2 * MINUTE },
  ]);
});

test('a part that is the same at every step is computed once', async () => {
  const options = { language: allOptions, trace: true };
  const result = await runRangeQuery(
    read('requests_total / scalar(sum(requests_total @ 60))'),
    10 * MINUTE,
    20 * MINUTE,
    MINUTE,
    makeSource(),
    options,
  );
  if (!result.ok) throw result.error;
  const stages = result.value.statistics.trace;
  const samples = new Map(stages.map((stage) => [stage.expression, stage.samples]));
  expect(samples.get('requests_total')).toBe(22);
  expect(samples.get('sum(requests_total @ 60.000)')).toBe(1);
  expect(samples.get('scalar(sum(requests_total @ 60.000))')).toBe(11);
  expect(stages[0]).toMatchObject({ depth: 0, series: 2 });
  expect(result.value.statistics.selections).toMatchObject([
    { series: 2, samples: 120 },
    { series: 2, samples: 10 },
  ]);
});

test('limits say which one it was', async () => {
  const run = async (engine: { maxSamples?: number; timeoutMs?: number }): Promise<string> => {
    const result = await runRangeQuery(read('requests_total'), 0, 60 * MINUTE, 15_000, makeSource(), { engine });
    return result.ok ? 'done' : `${result.error.kind}: ${result.error.message}`;
  };
  expect(await run({})).toBe('done');
  expect(await run({ maxSamples: 100 })).toBe(
    'execution: query processing would load too many samples into memory in query execution: the limit is 100 samples',
  );
  expect(await run({ timeoutMs: -1 })).toBe('timeout: query timed out in expression evaluation: the limit is -0.001 s');
});

test('refuses impossible ranges and steps', async () => {
  const run = async (text: string, end: number, step: number): Promise<string> => {
    const result = await runRangeQuery(read(text), 0, end, step, makeSource());
    return result.ok ? 'done' : result.error.message;
  };
  expect(await run('vector(1)', 11_000 * 1000, 1000)).toBe('done');
  expect(await run('vector(1)', 11_001 * 1000, 1000)).toContain('exceeded maximum resolution of 11000 points');
  expect(await run('vector(1)', 1000, 0)).toContain('step');
  expect(await run('requests_total[5m]', 1000, 1000)).toContain('invalid expression type "range vector"');
  expect(await run('"text"', 1000, 1000)).toContain('invalid expression type "string"');
});

test('stops when it is cancelled, before and while it evaluates', async () => {
  const stopped = AbortSignal.abort();
  const before = await runInstantQuery(read('requests_total'), 0, makeSource(), { signal: stopped });
  expect(before.ok ? '' : before.error.kind).toBe('canceled');
  const controller = new AbortController();
  const source: SeriesSource = {
    select: () => {
      controller.abort();
      return [];
    },
  };
  const during = await runInstantQuery(read('requests_total'), 0, source, { signal: controller.signal });
  expect(during.ok ? '' : during.error.kind).toBe('canceled');
});

test('a parsed query can be evaluated again at other times', async () => {
  const query = read('sum(requests_total @ end()) + count_over_time(requests_total[step() * 2] @ start()) * 0');
  const at = async (endMs: number): Promise<number | undefined> => {
    const source = makeSource();
    const result = await runRangeQuery(query, endMs - MINUTE, endMs, 30_000, source, { language: allOptions });
    return result.ok && result.value.data.type === 'matrix' ? result.value.data.series.length : undefined;
  };
  expect(await at(10 * MINUTE)).toBe(await at(20 * MINUTE));
  const instant = await runInstantQuery(read('sum(requests_total @ end())'), 10 * MINUTE, makeSource());
  expect(instant.ok && instant.value.data).toMatchObject({ type: 'vector' });
});

test('an instant query for a range vector gives the samples of its window', async () => {
  const result = await runInstantQuery(read('requests_total{job="api"}[1m]'), 10 * MINUTE, makeSource());
  if (!result.ok || result.value.data.type !== 'matrix') throw new Error('no matrix');
  expect([...(result.value.data.series[0]?.values ?? [])]).toEqual([37, 38, 39, 40]);
});

test('remarks stand beside the result, with their places', async () => {
  const { infos, warnings } = await range('rate(requests_total[5m]) + on (job) sum by (job) (rate(foo[5m]))');
  expect([infos, warnings]).toEqual([[], []]);
  const source = makeSource();
  source.append(Labels.from({ __name__: '温度' }), [
    { timeMs: 10 * MINUTE, value: 1 },
    { timeMs: 11 * MINUTE, value: 2 },
  ]);
  const result = await range('quantile(2, rate({"温度"}[5m]))', source);
  expect(result.warnings).toEqual(['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)']);
  expect(result.infos).toEqual([
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "温度" (1:18)',
  ]);
});

test('stale markers end a series at once, other NaN are values', async () => {
  const source = new MemorySeriesSource();
  source.append(Labels.from({ __name__: 'a' }), [
    { timeMs: 0, value: 1 },
    { timeMs: MINUTE, value: NaN },
    { timeMs: 2 * MINUTE, value: NaN, isStale: true },
  ]);
  const at = async (text: string, timeMs: number): Promise<number[]> => {
    const result = await runInstantQuery(read(text), timeMs, source);
    if (!result.ok || result.value.data.type !== 'vector') throw new Error('no vector');
    return result.value.data.series.map(({ values }) => values[0] ?? 0);
  };
  expect(await at('a', MINUTE)).toEqual([NaN]);
  expect(await at('a', 2 * MINUTE)).toEqual([]);
  expect(await at('count_over_time(a[5m])', 2 * MINUTE)).toEqual([2]);
  expect(await at('a', -1)).toEqual([]);
});

test('series that become equal when their names go are an error, whether they had one name or several', async () => {
  const ask = async (text: string): Promise<string> => {
    const source = makeSource();
    const samples = Array.from({ length: 240 }, (_, i) => ({ timeMs: i * 15_000, value: i }));
    source.append(Labels.from({ __name__: 'answers_total', job: 'api' }), samples);
    for (const type of ['counter', 'gauge'])
      source.append(Labels.from({ __name__: 'typed_total', __type__: type, job: 'api' }), samples);
    return range(text, source).then(
      ({ data }) => (data.type === 'matrix' ? `${data.series.length} series` : data.type),
      (error: Error) => error.message,
    );
  };
  const problem = 'vector cannot contain metrics with the same labelset';
  expect(await ask('rate(requests_total[2m])')).toBe('2 series');
  expect(await ask('rate({__name__=~"requests_total|answers_total"}[2m])')).toBe(problem);
  expect(await ask('rate({__name__=~"re.*_total"}[2m])')).toBe('2 series');
  expect(await ask('rate(typed_total[2m])')).toBe(problem);
  expect(await ask('sum(rate(typed_total[2m]))')).toBe(problem);
  expect(await ask('last_over_time(typed_total[2m])')).toBe('2 series');
});
