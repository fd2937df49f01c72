// The same requests to a real Prometheus 3.15 and to this API over the same series: the answers are the same, errors and remarks too.
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, type TestContext } from 'vitest';
import { RuleManager } from '../../src/alerting/schedule/rule-manager.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { RealPrometheus, writeSeries } from '../promql/real-prometheus.ts';
import { makeSampleSeries, SERIES_END_MS, SERIES_START_MS } from '../promql/sample-series.ts';
import { startServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';
import { servePrometheusApi, type PrometheusApi } from '../support/prometheus-api.ts';
import { loadRules, TestWorld } from '../support/rule-world.ts';
import { grafanaRequests, type RecordedRequest } from './grafana-requests.ts';
import { hostileRequests, languageQueries } from './hostile-requests.ts';
import { differenceOf, send } from './same-answers.ts';

const START = SERIES_START_MS / 1000;
const END = SERIES_END_MS / 1000;
const RULES = `groups:
- name: first
  interval: 1s
  rules:
  - {record: "a:b", expr: vector(2)}
  - {alert: Always, expr: vector(1) > 0, labels: {severity: page, who: "{{ $value }}"}, annotations: {x: "值 {{ $value }}"}}
  - {alert: Waits, expr: "vector(1)  >  bool 0", for: 1h, keep_firing_for: 5m}
- name: second
  interval: 1s
  limit: 3
  labels: {team: shop}
  rules:
  - {alert: Never, expr: vector(1) < 0}
  - {record: "c:d", expr: "sum( vector(1) )", labels: {own: "1"}}
  - {record: broken, expr: "label_replace(vector(1), 'a', '1', '', '') or label_replace(vector(1), 'a', '1', '', '') + on() group_left() (vector(1) or label_replace(vector(1), 'a', '2', '', ''))"}
`;

/** One has the series, one the rules: what rules write at once makes the series too old. */
let prometheus: RealPrometheus | undefined;
let evaluating: RealPrometheus | undefined;
let api: PrometheusApi;
let base: string;
let rules: RuleManager;

/** Both servers over the same series; skips where no Prometheus is to be had. */
async function setUp(context: Pick<TestContext, 'skip'>): Promise<void> {
  const program = need(context, 'prometheus');
  evaluating ??= await RealPrometheus.start(program, 'rule_files: [rules.yml]\n', { 'rules.yml': RULES });
  if (prometheus !== undefined) return;
  const started = await RealPrometheus.start(program);
  onTestFinished(() => (prometheus === started ? undefined : started.stop()));
  await started.write(makeSampleSeries());
  prometheus = started;
}

beforeAll(async () => {
  const source = new MemorySeriesSource();
  const series = makeSampleSeries();
  for (const { labels, samples } of series) source.append(labels, samples);
  rules = new RuleManager(new TestWorld());
  await rules.update([loadRules(RULES)]);
  api = await servePrometheusApi(source, {
    language: allOptions,
    more: {
      now: Date.now,
      rules: { groups: () => rules.groups, alertmanagers: () => ({ active: [], dropped: [] }) },
    },
  });
  await api.test.app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(api.test.app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await rules.stop();
  await api.test.close();
  await prometheus?.stop();
  await evaluating?.stop();
});

async function expectSame(requests: readonly RecordedRequest[], real = prometheus!, own = base): Promise<void> {
  const differences: string[] = [];
  for (const request of requests) {
    const [theirs, ours] = [await send(real.url, request), await send(own, request)];
    const difference = differenceOf(theirs, ours);
    if (difference !== undefined)
      differences.push(`${request.method} ${request.path}?${request.form}\n   ${difference}`);
  }
  expect(differences).toEqual([]);
}

const get = (path: string, form = ''): RecordedRequest => ({ method: 'GET', path, form });

test('rules and alerts, page by page and filtered', async (context) => {
  await setUp(context);
  const isReady = async (url: string): Promise<boolean> => {
    const { body } = await send(url, get('/rules'));
    return !JSON.stringify(body).includes('unknown');
  };
  await expect.poll(async () => (await isReady(evaluating!.url)) && isReady(base)).toBe(true);
  const { body } = await send(base, get('/rules', 'group_limit=1'));
  expect(body).toMatchObject({ data: { groupNextToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string } });
  const withoutToken = ['', 'type=alert', 'type=record', 'rule_name[]=Always', 'rule_group[]=second'];
  await expectSame(
    [
      ...withoutToken.map((form) => get('/rules', form)),
      get('/rules', 'exclude_alerts=true'),
      get('/rules', 'match[]={severity="page"}'),
      get('/rules', 'match[]={team="shop"}&type=record'),
      get('/rules', 'rule_name[]=nothing'),
      get('/alerts'),
      get('/alertmanagers'),
    ],
    evaluating,
  );
});

test('what Grafana asks', async (context) => {
  await setUp(context);
  await expectSame(
    grafanaRequests(START, END).filter(({ path }) => !['/status/buildinfo', '/rules', '/alerts'].includes(path)),
  );
});

test('the same of a whole server, its store and its series index', async (context) => {
  await setUp(context);
  const server = await startServer();
  try {
    const series = makeSampleSeries();
    await writeSeries(server.url, series);
    const names = async (url: string): Promise<string> => JSON.stringify((await send(url, get('/labels'))).body);
    await expect.poll(() => names(server.url)).toBe(await names(prometheus!.url));
    const requests = grafanaRequests(START, END).filter(
      ({ path }) => !['/status/buildinfo', '/metadata', '/rules', '/alerts'].includes(path),
    );
    await expectSame(requests, prometheus, server.url);
  } finally {
    await server.remove();
  }
});

test('wrong requests and those at the edges', async (context) => {
  await setUp(context);
  await expectSame(hostileRequests(START, END));
});

test('the trees and layouts of queries', async (context) => {
  await setUp(context);
  const queries = languageQueries.map((query) => `query=${encodeURIComponent(query)}`);
  await expectSame(queries.flatMap((form) => [get('/parse_query', form), get('/format_query', form)]));
});

test('promtool says the same of both', async (context) => {
  await setUp(context);
  const program = need(context, 'promtool');
  const run = (url: string, words: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const named = words.map((word) => (word === 'URL' ? url : word));
      execFile(program, ['query', ...named], (error, stdout, stderr) => {
        const lines = (stdout + stderr).replaceAll(url, 'URL').trim().split('\n');
        resolve(`${error === null ? 0 : String(error.code)}\n${lines.toSorted().join('\n')}`);
      });
    });
  const [start, end] = [String(START + 900), String(START + 1200)];
  for (const words of [
    ['instant', 'URL', 'sum by (job) (requests_total)', `--time=${end}`],
    ['instant', 'URL', 'temperature > 2', `--time=${end}`, '--format=json'],
    ['instant', 'URL', 'sum(', `--time=${end}`],
    ['range', 'URL', 'requests_total{job="api", code="200"}', `--start=${start}`, `--end=${end}`, '--step=60s'],
    ['range', 'URL', 'rate(requests_total[5m', `--start=${start}`, `--end=${end}`, '--step=60s'],
    ['series', 'URL', '--match=temperature', '--match=sparse{job="api"}', `--start=${start}`, `--end=${end}`],
    ['labels', 'URL', 'job', `--start=${start}`, `--end=${end}`],
    ['labels', 'URL', 'path'],
    ['labels', 'URL', 'no such label'],
  ]) {
    const [theirs, ours] = [await run(prometheus!.url, words), await run(base, words)];
    expect(ours, words.join(' ')).toBe(theirs);
  }
});
