// /status/*: what runs here, for Prometheus' own UI and for tools that ask which server they talk to.
import { hostname } from 'node:os';
import { RE2JS } from 're2js';
import type { Cardinality as IndexedCardinality } from '../../../store/head/cardinality.ts';
import { ApiError } from '../api-error.ts';
import { describeFamilies, type DescribedFamily } from '../describe-families.ts';
import type { Endpoint } from '../endpoint.ts';
import { readCount } from '../parameters.ts';

/** The Prometheus whose API and language this is; clients choose what they ask by it. */
export const PROMETHEUS_VERSION = '3.15.0';

const DEFAULT_ROWS = 10;
const MAX_ROWS = 10_000;

type FromIndexOnly = 'bytes' | 'newSinceMs' | 'lastHour' | 'lastDay';

/** Where series come from; what only the index knows is missing while it is being filled. */
export type Cardinality = Omit<IndexedCardinality, FromIndexOnly> & Partial<Pick<IndexedCardinality, FromIndexOnly>>;

export interface StatusFacts {
  readonly version: string;
  readonly startedMs: number;
  readonly now: () => number;
  /** The text of prometheus.yml, secrets left out; '' when there is none. */
  readonly configuration: () => string;
  readonly lastLoad: () => { readonly isGood: boolean; readonly timeMs: number };
  /** All settings, by their flags. */
  readonly flags: () => Readonly<Record<string, string>>;
  readonly retention: () => string;
  /** This program's own metrics in text format. */
  readonly ownMetrics: () => string;
  cardinality(rows: number, signal: AbortSignal): Promise<Cardinality>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

function readRows(form: URLSearchParams): number {
  let rows: number | undefined;
  try {
    rows = readCount(form, 'limit') ?? DEFAULT_ROWS;
  } catch {
    rows = 0;
  }
  if (rows < 1) throw new ApiError('bad_data', 'limit must be a positive number');
  if (rows > MAX_ROWS) throw new ApiError('bad_data', `limit must not exceed ${MAX_ROWS}`);
  return rows;
}

function listOwnMetrics(form: URLSearchParams, facts: StatusFacts): readonly DescribedFamily[] {
  const families = describeFamilies(facts.ownMetrics());
  const text = form.get('metric_name_pattern') ?? '';
  if (text === '') return families;
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(`^(?:${text})$`);
  } catch (error) {
    throw new ApiError('bad_data', `invalid metric_name_pattern: ${(error as Error).message}`);
  }
  return families.filter(({ name }) => pattern.matches(name));
}

export function statusEndpoints(facts: StatusFacts): readonly Endpoint[] {
  return [
    { path: '/status/config', answer: () => ({ data: { yaml: facts.configuration() } }) },
    { path: '/status/flags', answer: () => ({ data: facts.flags() }) },
    {
      path: '/status/buildinfo',
      answer: () => ({
        data: {
          version: PROMETHEUS_VERSION,
          revision: `holter-${facts.version}`,
          branch: '',
          buildUser: '',
          buildDate: '',
          goVersion: '',
        },
      }),
    },
    {
      path: '/status/runtimeinfo',
      answer: () => {
        const { isGood, timeMs } = facts.lastLoad();
        return {
          data: {
            startTime: iso(facts.startedMs),
            CWD: process.cwd(),
            hostname: hostname(),
            serverTime: iso(facts.now()),
            reloadConfigSuccess: isGood,
            lastConfigTime: iso(timeMs),
            corruptionCount: 0,
            goroutineCount: 0,
            GOMAXPROCS: 0,
            GOMEMLIMIT: 0,
            GOGC: '',
            GODEBUG: '',
            storageRetention: facts.retention(),
          },
        };
      },
    },
    {
      path: '/status/tsdb',
      async answer({ form, signal }) {
        const found = await facts.cardinality(readRows(form), signal);
        return {
          data: {
            headStats: {
              numSeries: found.series,
              numLabelPairs: found.labelPairs,
              chunkCount: 0,
              minTime: found.minTimeMs,
              maxTime: found.maxTimeMs,
            },
            seriesCountByMetricName: found.seriesByMetric,
            labelValueCountByLabelName: found.valuesByLabel,
            memoryInBytesByLabelName: found.bytesByLabel,
            seriesCountByLabelValuePair: found.seriesByPair,
          },
        };
      },
    },
    { path: '/status/self_metrics', answer: ({ form }) => ({ data: listOwnMetrics(form, facts) }) },
    { path: '/status/tsdb/blocks', answer: () => ({ data: { blocks: [] } }) },
    { path: '/status/walreplay', answer: () => ({ data: { min: 0, max: 0, current: 0 } }) },
    { path: '/notifications', answer: () => ({ data: [] }) },
    // There are none: clients that hear this status do not ask again.
    { path: '/notifications/live', answer: () => ({ data: undefined }) },
  ];
}
