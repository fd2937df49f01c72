// /status/*: what runs here, for Prometheus' own UI and for tools that ask which server they talk to.
import { hostname } from 'node:os';
import type { Cardinality as IndexedCardinality } from '../../../store/head/cardinality.ts';
import { ApiError } from '../api-error.ts';
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
    { path: '/status/tsdb/blocks', answer: () => ({ data: { blocks: [] } }) },
    { path: '/status/walreplay', answer: () => ({ data: { min: 0, max: 0, current: 0 } }) },
    { path: '/notifications', answer: () => ({ data: [] }) },
    // There are none: clients that hear this status do not ask again.
    { path: '/notifications/live', answer: () => ({ data: undefined }) },
  ];
}
