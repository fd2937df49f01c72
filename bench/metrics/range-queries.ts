// Range queries of 10, 1 000, 2 500 and 10 000 series, over the load generator's four metrics of 2 500 series each.
import type { Page } from '../spine/page.ts';
import { median, queryUrl, timeGet } from './ask.ts';
import type { Peer } from './peers.ts';

/** Holter's time over Prometheus'. */
const FEW_OUT = 0.3;
const ALL_OUT = 0.8;
/** Below a thousand series, milliseconds. */
const SMALL_MILLIS = 5;

export interface RangeQuery {
  readonly name: string;
  readonly query: string;
  /** The ratio that is asked for; undefined where it is a time. */
  readonly bar: number | undefined;
}

const TEN = '{path=~"/api/v1/thing/4[0-9]"}';
const THOUSAND = '{path=~"/api/v1/thing/1[0-9]{3}"}';
const ALL = '{env="prod"}';
const COUNTER = 'http_requests_total';
const BUCKETS = 'http_request_duration_seconds_bucket';
const quantile = (selector: string): string =>
  `histogram_quantile(0.95, sum by (le, job) (rate(${BUCKETS}${selector}[W])))`;
const four = [
  `sum by (job) (rate(${COUNTER}[W]))`,
  `sum by (job) (rate(${BUCKETS}[W]))`,
  'sum by (job) (avg_over_time(process_resident_memory_bytes[W]))',
  'sum by (job) (max_over_time(db_pool_in_use[W]))',
].join(' + ');

const queries: readonly RangeQuery[] = [
  { name: '10 series: rate', query: `rate(${COUNTER}${TEN}[W])`, bar: undefined },
  { name: '10 series: sum by (job) of rate', query: `sum by (job) (rate(${COUNTER}${TEN}[W]))`, bar: undefined },
  { name: '10 series: histogram_quantile', query: quantile(TEN), bar: undefined },
  { name: '10 series: topk', query: `topk(3, db_pool_in_use${TEN})`, bar: undefined },
  { name: '10 series: regex', query: `sum(${COUNTER}${TEN})`, bar: undefined },
  { name: '1 000 series: rate, all out', query: `rate(${COUNTER}${THOUSAND}[W])`, bar: ALL_OUT },
  { name: '1 000 series: sum by (job) of rate', query: `sum by (job) (rate(${COUNTER}${THOUSAND}[W]))`, bar: FEW_OUT },
  { name: '1 000 series: histogram_quantile', query: quantile(THOUSAND), bar: FEW_OUT },
  { name: '1 000 series: topk', query: `topk(10, db_pool_in_use${THOUSAND})`, bar: FEW_OUT },
  { name: '1 000 series: regex', query: `sum(${COUNTER}${THOUSAND})`, bar: FEW_OUT },
  { name: '2 500 series: rate, all out', query: `rate(${COUNTER}[W])`, bar: ALL_OUT },
  {
    name: '2 500 series: avg_over_time, all out',
    query: 'avg_over_time(process_resident_memory_bytes[W])',
    bar: ALL_OUT,
  },
  { name: '2 500 series: sum by (job) of rate', query: `sum by (job) (rate(${COUNTER}[W]))`, bar: FEW_OUT },
  { name: '2 500 series: histogram_quantile', query: quantile(''), bar: FEW_OUT },
  { name: '2 500 series: topk', query: 'topk(10, db_pool_in_use)', bar: FEW_OUT },
  { name: '2 500 series: regex, 1 111 taken', query: `sum(${COUNTER}{path=~".*/1[0-9]+"})`, bar: FEW_OUT },
  { name: '10 000 series: all out', query: ALL, bar: ALL_OUT },
  { name: '10 000 series: four sums by (job) of windows', query: four, bar: FEW_OUT },
  { name: '10 000 series: sum by (job)', query: `sum by (job) (${ALL})`, bar: FEW_OUT },
  { name: '10 000 series: topk', query: `topk(10, ${ALL})`, bar: FEW_OUT },
  {
    name: '10 000 series: regex, 4 444 taken',
    query: 'sum({__name__=~".+", path=~".*/1[0-9]+", env="prod"})',
    bar: FEW_OUT,
  },
];

export interface Span {
  readonly name: string;
  readonly seconds: number;
  readonly step: number;
  /** The window of `rate`. */
  readonly window: string;
  readonly end: number;
  readonly runs: number;
  /** Rounds of all queries before the clock starts. */
  readonly warm: number;
}

/** The address of one query of that span. */
export function rangeUrl(peer: Peer, { query }: RangeQuery, { seconds, step, window, end }: Span): string {
  return queryUrl(peer, 'query_range', {
    query: query.replaceAll('[W]', `[${window}]`),
    start: end - seconds,
    end,
    step,
  });
}

/** The queries whose bar is a ratio. */
export const largeQueries = queries.filter(({ bar }) => bar !== undefined);

export async function compareQueries(page: Page, holter: Peer, prometheus: Peer, span: Span): Promise<void> {
  page.columns([
    'query',
    'Holter, ms',
    'Prometheus, ms',
    'ratio',
    'asked',
    'CPU, ms, Holter',
    'CPU, ms, Prometheus',
    'answer, bytes',
  ]);
  // What is compiled on the way is no part of a server that runs.
  for (let round = 0; round < span.warm; round++)
    for (const peer of [holter, prometheus]) for (const one of queries) await timeGet(rangeUrl(peer, one, span));
  for (const one of queries) {
    const ours = await median(holter, rangeUrl(holter, one, span), span.runs);
    const theirs = await median(prometheus, rangeUrl(prometheus, one, span), span.runs);
    const ratio = ours.milliseconds / theirs.milliseconds;
    const what = `${span.name}, ${one.name}`;
    if (one.bar === undefined)
      page.bar(what, 'most', SMALL_MILLIS, ours.milliseconds, (value) => `${value.toFixed(1)} ms`);
    else page.bar(what, 'most', one.bar, ratio, (value) => `${value.toFixed(2)} ×`);
    page.row(
      one.name,
      ours.milliseconds.toFixed(1),
      theirs.milliseconds.toFixed(1),
      ratio.toFixed(2),
      one.bar === undefined ? `≤ ${SMALL_MILLIS} ms` : `≤ ${one.bar}`,
      ours.cpu.toFixed(1),
      theirs.cpu.toFixed(1),
      String(ours.bytes),
    );
  }
}
