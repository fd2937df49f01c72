// The API as its clients see it, over series in memory. What real Prometheus answers to the same requests is compared in test/prometheus-api.
import { afterEach, expect, test } from 'vitest';
import { grafanaRequests } from '../../../test/prometheus-api/grafana-requests.ts';
import { hostileRequests } from '../../../test/prometheus-api/hostile-requests.ts';
import {
  memorySeries,
  servePrometheusApi,
  type PrometheusApi,
  type PrometheusApiOptions,
} from '../../../test/support/prometheus-api.ts';
import { ok } from '../../base/result.ts';
import { storeUnavailable } from '../../storage/clickhouse/driver/engine-errors.ts';
import type { QueryRunner } from '../../query/promql/query-runner.ts';
import { stockOptions } from '../../query/promql/options.ts';
import type { RelabelRule } from '../../model/relabel/relabel-rule.ts';
import type { TargetFacts } from './endpoints/targets.ts';
import { QueryGate } from './query-gate.ts';

const END = 600;
let api: PrometheusApi | undefined;
afterEach(async () => {
  await api?.test.close();
  api = undefined;
});

async function serve(options: PrometheusApiOptions = {}): Promise<PrometheusApi> {
  const source = memorySeries(
    15_000,
    'up{job="api"} 1x40',
    'http_requests_total{job="api", "http.route"="/结账"} 0+3x40',
    'http_requests_total{job="web"} 0+1.5x40',
    'latency_bucket{le="0.1", job="api"} 0+1x40',
    'latency_bucket{le="+Inf", job="api"} 0+2x40',
  );
  const metadata = [{ metric: 'http_requests_total', type: 'counter', unit: '', help: 'Requests' }];
  api = await servePrometheusApi(source, { metadata, ...options });
  return api;
}

test('a range as form: every point as [seconds, text]', async () => {
  const { post } = await serve();
  expect(
    await post('/query_range', 'query=round(rate(http_requests_total[1m]),0.1)&start=300&end=330.5&step=15s'),
  ).toEqual({
    code: 200,
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { 'http.route': '/结账', job: 'api' },
          values: [
            [300, '0.2'],
            [315, '0.2'],
            [330, '0.2'],
          ],
        },
        { metric: { job: 'web' }, values: [300, 315, 330].map((time) => [time, '0.1']) },
      ],
    },
  });
});

test('the four kinds of results, and remarks beside them', async () => {
  const { get } = await serve();
  const data = async (query: string): Promise<unknown> => (await get(`/query?time=600&query=${query}`)).data;
  expect(await data('1/0')).toEqual({ resultType: 'scalar', result: [600, '+Inf'] });
  expect(await data('"x"')).toEqual({ resultType: 'string', result: [600, 'x'] });
  expect(await data('up')).toEqual({
    resultType: 'vector',
    result: [{ metric: { __name__: 'up', job: 'api' }, value: [600, '1'] }],
  });
  expect(await data('up[20s]')).toMatchObject({
    resultType: 'matrix',
    result: [
      {
        values: [
          [585, '1'],
          [600, '1'],
        ],
      },
    ],
  });
  expect(await data('nothing')).toEqual({ resultType: 'vector', result: [] });
  expect(await get('/query?time=600&query=rate(up[1m])')).toMatchObject({
    infos: ['PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)'],
  });
  expect(await get('/query?time=600&query=http_requests_total&limit=1&stats=all')).toMatchObject({
    data: { result: [{}], stats: { samples: { samplesRead: expect.any(Number) as number } } },
    warnings: ['results truncated due to limit'],
  });
});

test('which series, labels and values there are', async () => {
  const { get, post } = await serve();
  const data = async (path: string): Promise<unknown> => (await get(path)).data;
  expect(await data('/labels')).toEqual(['__name__', 'http.route', 'job', 'le']);
  expect(await data('/label/U__http_2e_route/values')).toEqual(['/结账']);
  expect(await data('/label/job/values?match[]=up&match[]=latency_bucket')).toEqual(['api']);
  expect((await post('/series', 'match[]=up&match[]={job="web"}')).data).toEqual([
    { __name__: 'http_requests_total', job: 'web' },
    { __name__: 'up', job: 'api' },
  ]);
  expect(await get('/label/le/values?limit=1')).toMatchObject({
    data: ['+Inf'],
    warnings: ['results truncated due to limit'],
  });
  expect(await data('/metadata')).toEqual({
    http_requests_total: [{ type: 'counter', help: 'Requests', unit: '' }],
  });
});

test('everything that Grafana asks is answered', async () => {
  const { get, post } = await serve();
  const answers: string[] = [];
  for (const { method, path, form } of grafanaRequests(0, END)) {
    const { code, status } = method === 'GET' ? await get(`${path}?${form}`) : await post(path, form);
    answers.push(`${path} ${code} ${status}`);
  }
  const wrong = answers.filter((answer) => !answer.endsWith('200 success'));
  expect(wrong).toEqual(['/query 400 error', '/query 400 error']);
});

test('whatever is wrong with a request is said, and the next one is answered', async () => {
  const { get } = await serve({ language: stockOptions });
  for (const { path, form } of hostileRequests(0, END)) {
    const { code, status, errorType, error } = await get(`${path}?${form}`).catch(
      () => ({ code: 204, status: 'none' }) as never,
    );
    const isKnown = [200, 204, 400, 422].includes(code);
    expect(
      isKnown && (status !== 'error' || (errorType !== undefined && (error ?? '').length > 5)),
      `${path} ${form}: ${code} ${error}`,
    ).toBe(true);
  }
  expect(await get('/query?query=up&time=yesterday')).toMatchObject({
    code: 400,
    errorType: 'bad_data',
    error: `invalid parameter "time": invalid time value for 'time': cannot parse "yesterday" to a valid timestamp`,
  });
  expect(await get('/query?query=sum(up&time=1')).toMatchObject({
    error: 'invalid parameter "query": 1:7: parse error: unclosed left parenthesis',
  });
  expect((await get('/query?query=up&time=600')).code).toBe(200);
});

test('limits are named: points, samples, size of the answer, time', async () => {
  const { get } = await serve();
  expect(await get('/query_range?query=up&start=0&end=20000&step=1')).toMatchObject({
    code: 400,
    error:
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
  });
  const large: QueryRunner = {
    instant: () => Promise.reject(new Error('not asked')),
    range: () => {
      const series = { labels: { flat: [] }, times: new Float64Array(11_000_000), values: new Float64Array(0) };
      const statistics = { selections: [], samplesRead: 0, peakSamples: 0, trace: [] };
      return Promise.resolve(
        ok({ data: { type: 'matrix', series: [series as never] }, warnings: [], infos: [], statistics }),
      );
    },
  };
  await api?.test.close();
  const { get: ask } = await serve({ queries: large });
  expect(await ask('/query_range?query=up&start=0&end=200&step=1')).toMatchObject({
    code: 422,
    errorType: 'execution',
    error: expect.stringContaining('11000000 samples, more than the 10000000') as string,
  });
});

test('queries that would need more memory than there is are refused before they take it', async () => {
  const { post } = await serve();
  const ask = async (query: string): Promise<string> => {
    const { code, error } = await post('/query', `time=600&query=${encodeURIComponent(query)}`);
    return `${code} ${error}`;
  };
  const limit =
    '422 query processing would load too many samples into memory in query execution: the limit is 50000000 samples';
  expect(await ask('sum_over_time(vector(1)[10y:1s])')).toBe(limit);
  expect(await ask('count_over_time(up[100y:1ms])')).toBe(limit);
  expect(await ask('absent_over_time(up[100y:1ms])')).toBe(limit);
  expect(await ask('up[100y:1ms]')).toBe(limit);
  expect(await ask('up offset 300y')).toContain(
    '400 invalid parameter "query": 1:11: parse error: duration out of range',
  );
  expect(await ask(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toContain('more than 1000 nested expressions');
  expect(await post('/query', 'query=up&timeout=NaN')).toMatchObject({
    code: 400,
    error: 'invalid parameter "timeout": cannot parse "NaN" to a valid duration',
  });
  expect(await post('/query', 'query=up&timeout=-5')).toMatchObject({ code: 503, errorType: 'timeout' });
});

test('a store that is away, and too many who wait', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  const queries: QueryRunner = {
    instant: async () => {
      asked++;
      await held;
      throw storeUnavailable('it is starting');
    },
    range: () => Promise.reject(new Error('not asked')),
  };
  const { get } = await serve({ queries, gate: new QueryGate(1, 1) });
  const first = get('/query?query=up');
  const second = get('/query?query=up&timeout=60s');
  await expect.poll(() => asked).toBe(1);
  expect(await get('/query?query=up')).toMatchObject({ code: 503, errorType: 'unavailable' });
  release();
  expect([await first, await second]).toMatchObject([
    { code: 503, errorType: 'unavailable', error: expect.stringContaining('it is starting') as string },
    { code: 503 },
  ]);
});

test('a query that waits longer than its timeout is told so', async () => {
  let release = (): void => undefined;
  const held = new Promise<never>((_, reject) => (release = () => reject(storeUnavailable('test'))));
  held.catch(() => undefined);
  const queries: QueryRunner = { instant: () => held, range: () => held };
  const { get } = await serve({ queries, gate: new QueryGate(1, 5) });
  const first = get('/query?query=up');
  expect(await get('/query?query=up&timeout=10ms')).toMatchObject({
    code: 503,
    errorType: 'timeout',
    error: 'query timed out in query queue',
  });
  release();
  await first;
});

test('a token must be allowed to query; a form from another origin is refused; large answers are packed', async () => {
  const { test: own } = await serve();
  const packed = await own.app.inject({
    url: '/api/v1/query_range?query=up&start=0&end=600&step=0.25',
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(packed.headers['content-encoding']).toBe('gzip');
  const foreign = await own.app.inject({
    method: 'POST',
    url: '/api/v1/query',
    headers: { origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'query=up',
  });
  expect([foreign.statusCode, foreign.json<{ status: string }>().status]).toEqual([403, 'error']);
  const sender = await own.tokens.create('sender', ['ingest']);
  const status = async (secret: string | undefined): Promise<number> => {
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    return (await own.app.inject({ url: '/api/v1/labels', headers })).statusCode;
  };
  expect([await status(undefined), await status(sender.secret), await status(own.administrator)]).toEqual([
    401, 403, 200,
  ]);
});

test('what each relabelling rule makes of the labels of a target, and the file that says so', async () => {
  const rule = {
    separator: ';',
    regex: '(.*)',
    modulus: 0,
    targetLabel: '',
    replacement: '$1',
    names: 'utf8',
  } as const;
  const rules: RelabelRule[] = [
    { ...rule, action: 'replace', sourceLabels: ['__meta_a', 'b'], separator: '-', targetLabel: 'c' },
    { ...rule, action: 'drop', sourceLabels: ['c'], regex: '商-.*' },
    { ...rule, action: 'labeldrop', sourceLabels: [], regex: 'b' },
  ];
  const targets: TargetFacts = {
    pools: () => ['p'],
    relabelRules: (pool) => (pool === 'p' ? rules : undefined),
    poolConfiguration: (pool) => (pool === 'p' ? 'job_name: p\n' : undefined),
    activeTargets: () => [],
    droppedTargets: () => [],
    droppedCounts: () => ({}),
    targetMetadata: () => [],
  };
  const { get } = await serve({ more: { targets } });
  const ask = (labels: string, pool = 'p'): ReturnType<typeof get> =>
    get(`/targets/relabel_steps?scrapePool=${pool}&labels=${encodeURIComponent(labels)}`);
  const shown = [
    {
      source_labels: ['__meta_a', 'b'],
      separator: '-',
      regex: '(.*)',
      target_label: 'c',
      replacement: '$1',
      action: 'replace',
    },
    { source_labels: ['c'], separator: ';', regex: '商-.*', replacement: '$1', action: 'drop' },
    { separator: ';', regex: 'b', replacement: '$1', action: 'labeldrop' },
  ];
  expect((await ask('{"__meta_a":"x","b":"y"}')).data).toEqual({
    steps: [
      { rule: shown[0], output: { __meta_a: 'x', b: 'y', c: 'x-y' }, keep: true },
      { rule: shown[1], output: { __meta_a: 'x', b: 'y', c: 'x-y' }, keep: true },
      { rule: shown[2], output: { __meta_a: 'x', c: 'x-y' }, keep: true },
    ],
  });
  expect((await ask('{"__meta_a":"商","b":"y"}')).data).toMatchObject({
    steps: [{ keep: true }, { output: {}, keep: false }, { output: {}, keep: false }],
  });
  expect((await get('/scrape_pools/config?scrapePool=p')).data).toEqual({ yaml: 'job_name: p\n' });

  const problem = async (path: string): Promise<unknown> => {
    const { code, errorType, error } = await get(path);
    return [code, errorType, error];
  };
  const unknown = [400, 'bad_data', 'error retrieving scrape config: scrape pool "q" not found'];
  const without = [400, 'bad_data', 'no scrapePool parameter provided'];
  expect(await problem('/scrape_pools/config')).toEqual(without);
  expect(await problem('/scrape_pools/config?scrapePool=q')).toEqual(unknown);
  expect(await problem('/targets/relabel_steps')).toEqual(without);
  expect(await problem('/targets/relabel_steps?scrapePool=p')).toEqual([
    400,
    'bad_data',
    'no labels parameter provided',
  ]);
  expect(await problem('/targets/relabel_steps?scrapePool=q&labels={}')).toEqual(unknown);
  for (const labels of ['{', '[]', '{"a":1}', 'null'])
    expect(await ask(labels)).toMatchObject({
      code: 400,
      error: expect.stringContaining('error parsing labels') as string,
    });
});

test('nobody waits for notifications', async () => {
  const { test: own } = await serve();
  expect((await own.app.inject({ url: '/api/v1/notifications/live' })).statusCode).toBe(204);
});

test('own metrics are shown as messages', async () => {
  const { get } = await serve();
  expect((await get('/status/self_metrics')).data).toEqual([
    { name: 'a', help: 'A figure', type: 'GAUGE', metric: [{ gauge: { value: -0.5 } }] },
    {
      name: 'b_total',
      help: 'How "many"',
      type: 'COUNTER',
      metric: [
        { label: [{ name: 'kind', value: 'a"b' }], counter: { value: 3 } },
        { label: [{ name: 'kind', value: 'c' }], counter: { value: 'Infinity' } },
      ],
    },
    {
      name: 'h_seconds',
      help: 'How long',
      type: 'HISTOGRAM',
      metric: [
        {
          label: [{ name: 'path', value: '/' }],
          histogram: { bucket: [{ cumulativeCount: '1', upperBound: 0.1 }], sampleSum: 1.5, sampleCount: '2' },
        },
      ],
    },
  ]);
  const { data } = await get('/status/self_metrics?metric_name_pattern=.*_total|h');
  expect((data as { name: string }[]).map(({ name }) => name)).toEqual(['b_total']);
  expect(await get('/status/self_metrics?metric_name_pattern=(')).toMatchObject({
    code: 400,
    error: expect.stringContaining('invalid metric_name_pattern: ') as string,
  });
});
