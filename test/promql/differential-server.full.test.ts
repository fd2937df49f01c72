// The same series by remote write into a real Prometheus and into a server of our own; the same queries; answers compared by value:
// while the samples are in the hot head, and again from the tables, with a store that has no head.
import { expect, onTestFinished, test } from 'vitest';
import { allOptions } from '../../src/query/promql/options.ts';
import { readQuery } from '../../src/query/promql/query.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { startServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';
import { compareAnswers, explainDifference } from './compare-answers.ts';
import { QueryGenerator } from './generate-query.ts';
import { RealPrometheus, writeSeries } from './real-prometheus.ts';
import { makeSampleSeries, SERIES_END_MS, SERIES_START_MS } from './sample-series.ts';
import { join } from 'node:path';

const QUERIES = 2500;

/** Queries with their answers by both; what is different and not explained. */
async function compare(
  prometheus: RealPrometheus,
  store: StoreClient,
  seed: number,
): Promise<{ differences: string[]; filled: number }> {
  const generator = new QueryGenerator(seed);
  const differences: string[] = [];
  let filled = 0;
  for (let i = 0; i < QUERIES; i++) {
    const query = generator.query();
    const startMs = SERIES_START_MS + 600_000 + (i % 7) * 11_000;
    const endMs = startMs + 1_500_000;
    const stepMs = [60_000, 15_000, 47_000][i % 3]!;
    const isRange = i % 2 === 0;
    const seconds = (ms: number): string => String(ms / 1000);
    const theirs = isRange
      ? await prometheus.ask('/api/v1/query_range', {
          query,
          start: seconds(startMs),
          end: seconds(endMs),
          step: seconds(stepMs),
        })
      : await prometheus.ask('/api/v1/query', { query, time: seconds(startMs) });
    const parsed = readQuery(query, allOptions);
    const run = (
      text: Parameters<StoreClient['queries']['instant']>[0],
    ): ReturnType<StoreClient['queries']['instant']> =>
      isRange ? store.queries.range(text, startMs, endMs, stepMs) : store.queries.instant(text, startMs);
    const ours = parsed.ok ? await run(parsed.value) : parsed;
    if (Array.isArray(theirs.data?.result) && theirs.data.result.length > 0) filled++;
    const difference = compareAnswers(theirs, ours);
    if (difference !== undefined && explainDifference(query, difference) === undefined)
      differences.push(`${isRange ? 'range' : 'instant'} ${startMs}: ${query}\n  ${difference}`);
  }
  return { differences, filled };
}

test('5 000 generated queries over what was written to both', { timeout: 900_000 }, async (context) => {
  expect(SERIES_END_MS).toBeLessThan(Date.now() + 600_000);
  const prometheus = await RealPrometheus.start(need(context, 'prometheus'));
  onTestFinished(() => prometheus.stop());
  const holter = await startServer();
  onTestFinished(() => holter.remove());
  const series = makeSampleSeries();
  await prometheus.write(series);
  await writeSeries(holter.url, series);
  // The server's own store is asked through its files, by a store that starts where that one ended.
  await holter.stop();
  for (const [headSamples, seed] of [
    [undefined, 11],
    [0, 12],
  ] as const) {
    const folder = join(holter.dataDir, 'store');
    const store = new StoreClient({ folder, ...(headSamples === undefined ? {} : { headSamples }) });
    try {
      await store.ready;
      const { differences, filled } = await compare(prometheus, store, seed);
      console.log(`${QUERIES} queries, ${filled} with results, ${differences.length} differ`);
      expect(differences).toEqual([]);
      expect(filled).toBeGreaterThan(QUERIES / 2);
    } finally {
      await store.close();
    }
  }
});
