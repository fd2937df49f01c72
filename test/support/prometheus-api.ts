// The Prometheus HTTP API in this process over series in memory.
import { compareStrings } from '../../src/base/compare-strings.ts';
import type { Labels } from '../../src/model/labels.ts';
import { matchesAll, type Matcher } from '../../src/query/promql/matcher.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { allOptions, type LanguageOptions } from '../../src/query/promql/options.ts';
import { parseSeriesDescription } from '../../src/query/promql/promqltest/series-description.ts';
import { LocalQueryRunner, type QueryRunner } from '../../src/query/promql/query-runner.ts';
import { prometheusEndpoints, type PrometheusApiParts } from '../../src/server/prometheus-api/endpoints.ts';
import type { MillisRange } from '../../src/server/prometheus-api/parameters.ts';
import type { MetricMetadata, SeriesCatalog, SeriesExemplars } from '../../src/server/prometheus-api/ports.ts';
import { QueryGate } from '../../src/server/prometheus-api/query-gate.ts';
import { createTestApp, type TestApp } from './http-app.ts';

type MatcherSets = readonly (readonly Matcher[])[];

/** Looks series up in a source in memory. */
export class MemoryCatalog implements SeriesCatalog {
  readonly #source: MemorySeriesSource;
  readonly #metadata: readonly MetricMetadata[];

  constructor(source: MemorySeriesSource, metadata: readonly MetricMetadata[] = []) {
    this.#source = source;
    this.#metadata = metadata;
  }

  #find(sets: MatcherSets, { fromMs, toMs }: MillisRange): Labels[] {
    const all = this.#source.select([], fromMs, toMs).map(({ labels }) => labels);
    return sets.length === 0 ? all : all.filter((labels) => sets.some((matchers) => matchesAll(matchers, labels)));
  }

  series(sets: MatcherSets, range: MillisRange, limit: number): Promise<readonly Labels[]> {
    return Promise.resolve(this.#find(sets, range).slice(0, limit));
  }

  labelNames(sets: MatcherSets, range: MillisRange): Promise<readonly string[]> {
    const names = new Set(this.#find(sets, range).flatMap((labels) => [...labels].map(([name]) => name)));
    return Promise.resolve([...names].toSorted(compareStrings));
  }

  labelValues(label: string, sets: MatcherSets, range: MillisRange): Promise<readonly string[]> {
    const values = new Set(this.#find(sets, range).map((labels) => labels.get(label)));
    values.delete('');
    return Promise.resolve([...values].toSorted(compareStrings));
  }

  exemplars(): Promise<readonly SeriesExemplars[]> {
    return Promise.resolve([]);
  }

  metadata(): Promise<readonly MetricMetadata[]> {
    return Promise.resolve(this.#metadata);
  }
}

/** Series in the words of promqltest, one a line; samples begin at 0 and come every `intervalMs`. */
export function memorySeries(intervalMs: number, ...lines: readonly string[]): MemorySeriesSource {
  const source = new MemorySeriesSource();
  for (const line of lines) {
    const described = parseSeriesDescription(line);
    if (!described.ok) throw new Error(`${line}: ${described.error}`);
    described.value.values.forEach((value, index) => {
      const timeMs = index * intervalMs;
      if (value.kind === 'number') source.append(described.value.labels, [{ timeMs, value: value.value }]);
      if (value.kind === 'stale') source.append(described.value.labels, [{ timeMs, value: NaN, isStale: true }]);
    });
  }
  return source;
}

export interface ApiAnswerBody {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export interface PrometheusApi {
  readonly test: TestApp;
  /** The answer to a GET, with its status. */
  readonly get: (path: string) => Promise<ApiAnswerBody & { readonly code: number }>;
  /** The answer to a form, with its status. */
  readonly post: (path: string, form: string) => Promise<ApiAnswerBody & { readonly code: number }>;
}

export interface PrometheusApiOptions {
  readonly queries?: QueryRunner;
  readonly language?: LanguageOptions;
  readonly gate?: QueryGate;
  readonly metadata?: readonly MetricMetadata[];
  readonly more?: Partial<PrometheusApiParts>;
}

const OWN_METRICS = `# HELP b_total How "many"
# TYPE b_total counter
b_total{kind="a\\"b"} 3
b_total{kind="c"} +Inf
# HELP a A figure
# TYPE a gauge
a -0.5
# HELP h_seconds How long
# TYPE h_seconds histogram
h_seconds_bucket{path="/",le="0.1"} 1
h_seconds_bucket{path="/",le="+Inf"} 2
h_seconds_sum{path="/"} 1.5
h_seconds_count{path="/"} 2
`;

/** Serves `source`; the caller closes `test`. */
export async function servePrometheusApi(
  source: MemorySeriesSource,
  options: PrometheusApiOptions = {},
): Promise<PrometheusApi> {
  const nothing = { seriesByMetric: [], valuesByLabel: [], bytesByLabel: [], seriesByPair: [] };
  const parts: PrometheusApiParts = {
    queries: options.queries ?? new LocalQueryRunner(source),
    gate: options.gate ?? new QueryGate(20, 100),
    language: options.language ?? allOptions,
    now: () => 0,
    catalog: new MemoryCatalog(source, options.metadata),
    status: {
      version: '0.0.0',
      startedMs: 0,
      now: () => 0,
      configuration: () => 'global: {}\n',
      lastLoad: () => ({ isGood: true, timeMs: 0 }),
      flags: () => ({ data: './data' }),
      retention: () => '30d',
      ownMetrics: () => OWN_METRICS,
      cardinality: () => Promise.resolve({ series: 0, labelPairs: 0, minTimeMs: 0, maxTimeMs: 0, ...nothing }),
    },
    rules: { groups: () => [], alertmanagers: () => ({ active: [], dropped: [] }) },
    targets: {
      pools: () => [],
      relabelRules: () => undefined,
      poolConfiguration: () => undefined,
      activeTargets: () => [],
      droppedTargets: () => [],
      droppedCounts: () => ({}),
      targetMetadata: () => [],
    },
    ...options.more,
  };
  const test = await createTestApp({ prometheus: prometheusEndpoints(parts) });
  return {
    test,
    async get(path) {
      const response = await test.app.inject({ url: `/api/v1${path}` });
      return { code: response.statusCode, ...(response.json() as ApiAnswerBody) };
    },
    async post(path, form) {
      const response = await test.app.inject({
        method: 'POST',
        url: `/api/v1${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: form,
      });
      return { code: response.statusCode, ...(response.json() as ApiAnswerBody) };
    },
  };
}
