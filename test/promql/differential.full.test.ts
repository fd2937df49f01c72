import { expect, onTestFinished, test } from 'vitest';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { readQuery, runInstantQuery, runRangeQuery } from '../../src/query/promql/query.ts';
import { need } from '../support/need.ts';
import { compareAnswers, explainDifference } from './compare-answers.ts';
import { QueryGenerator } from './generate-query.ts';
import { RealPrometheus } from './real-prometheus.ts';
import { makeSampleSeries, SERIES_START_MS } from './sample-series.ts';

const QUERIES = 6000;
const options = { language: allOptions };

test('6 000 generated queries give what a real Prometheus gives', { timeout: 900_000 }, async (context) => {
  const prometheus = await RealPrometheus.start(need(context, 'prometheus'));
  onTestFinished(() => prometheus.stop());
  const series = makeSampleSeries();
  const source = new MemorySeriesSource();
  for (const { labels, samples } of series) source.append(labels, samples);
  await prometheus.write(series);
  const generator = new QueryGenerator(Number(process.env['HOLTER_SEED'] ?? 1));
  const differences: string[] = [];
  const explained = new Map<string, number>();
  let filled = 0;
  for (let i = 0; i < QUERIES; i++) {
    const query = generator.query();
    const isRange = i % 2 === 0;
    const startMs = SERIES_START_MS + 600_000 + (i % 7) * 11_000;
    const endMs = startMs + 1_500_000;
    const stepMs = [60_000, 15_000, 47_000][i % 3] ?? 60_000;
    const seconds = (ms: number): string => String(ms / 1000);
    const range = { query, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
    const theirs = isRange
      ? await prometheus.ask('/api/v1/query_range', range)
      : await prometheus.ask('/api/v1/query', { query, time: seconds(startMs) });
    const parsed = readQuery(query, allOptions);
    let ours: Awaited<ReturnType<typeof runInstantQuery>>;
    if (!parsed.ok) ours = parsed;
    else if (isRange) ours = await runRangeQuery(parsed.value, startMs, endMs, stepMs, source, options);
    else ours = await runInstantQuery(parsed.value, startMs, source, options);
    if (Array.isArray(theirs.data?.result) && theirs.data.result.length > 0) filled++;
    const difference = compareAnswers(theirs, ours);
    if (difference === undefined) continue;
    const reason = explainDifference(query, difference);
    if (reason === undefined)
      differences.push(`${isRange ? 'range' : 'instant'} ${startMs}: ${query}\n  ${difference}`);
    else explained.set(reason, (explained.get(reason) ?? 0) + 1);
  }
  console.log(
    `${QUERIES} queries, ${filled} with results, ${differences.length} differ, explained:`,
    Object.fromEntries(explained),
  );
  expect(differences).toEqual([]);
  expect(filled).toBeGreaterThan(QUERIES / 2);
});
