import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
import type { CardinalityResponse } from '../../src/api/cardinality.ts';
import type { MetricLabelsResponse, MetricNamesResponse, MetricRangeResponse } from '../../src/api/metrics.ts';
import type { SourcesResponse } from '../../src/api/sources.ts';
import { eventually, getApi, postApi, settledLedger } from '../support/api-client.ts';
import { runServerToEnd, startServer, type HolterServer } from '../support/holter-server.ts';

let folder: string;
let target: Server;
let answer: string;
let server: HolterServer | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holter-inputs-'));
  answer =
    '# HELP requests_total 请求 served\n# TYPE requests_total counter\nrequests_total{path="/a"} 3\nrequests_total{path="/b"} 4\n';
  target = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(answer);
  });
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await server?.remove();
  server = undefined;
  target.closeAllConnections();
  await new Promise((done) => target.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const bodies = async (): Promise<string[]> => {
  const { body } = await postApi<LogSearchResponse>(server!.url, '/logs/search', { order: 'oldest' });
  return body.rows.map((row) => row.body);
};

test('lines over TCP and on standard input', async () => {
  server = await startServer({
    flags: ['--tcp', '127.0.0.1:0', '--stdin'],
    input: '{"message":"从标准输入"}\n',
  });
  const [host = '', port = ''] = server.addressOf('tcp').split(':');
  const socket = connect(Number(port), host);
  socket.end('{"level":"ERROR","message":"over TCP"}\n');
  expect((await eventually(bodies, (found) => found.length === 2)).toSorted()).toEqual(['over TCP', '从标准输入']);
  const { total } = await settledLedger(server.url);
  expect(total).toMatchObject({ received: 2, stored: 2 });
  const refused = await runServerToEnd(['--data', folder, '--tcp', '0.0.0.0:0']);
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('ADDRESS_UNPROTECTED')]);
});

test('a record that was a text is given back as it came in', async () => {
  const lines = [
    '2026-11-29 08:15:02,123 WARNING shop.orders: 库存不足 for order 42',
    '{"timestamp": "2026-11-29T08:15:02.123456Z", "level": "ERROR", "logger": "shop.pay", "message": "付款失败", "order_id": 42, "share": 1.0, "nested": {"a": [1, null]}}',
    'no form at all',
  ];
  server = await startServer({ flags: ['--tcp', '127.0.0.1:0', '--retention', 'logs=3650d'] });
  const [host = '', port = ''] = server.addressOf('tcp').split(':');
  connect(Number(port), host).end(`${lines.join('\n')}\n`);
  const asked = { order: 'oldest', from: '2026-01-01T00:00:00Z', raw: true };
  const search = async (body: object): Promise<LogSearchResponse['rows']> =>
    (await postApi<LogSearchResponse>(server!.url, '/logs/search', body)).body.rows;
  const rows = await eventually(
    () => search(asked),
    (found) => found.length === 3,
  );
  const rawOf = (text: string): string => rows.find(({ body }) => body.includes(text))!.raw!;
  expect(rawOf('库存不足')).toBe(lines[0]);
  expect(JSON.parse(rawOf('付款失败'))).toEqual(JSON.parse(lines[1]!));
  expect(rawOf('no form')).toBe(lines[2]);
  // It costs an answer twice its size, so that it is asked for; a single row always has it.
  const plain = await search({ ...asked, raw: false });
  expect(plain.every(({ raw }) => raw === undefined)).toBe(true);
  const one = await getApi<LogSearchResponse['rows'][number]>(server.url, `/logs/row/${plain[0]!.id}`);
  expect(lines).toContain(one.body.raw);
});

test('targets of a prometheus.yml are scraped, their samples come back, and a reload changes them', async () => {
  const file = join(folder, 'prometheus.yml');
  const { port } = target.address() as AddressInfo;
  const config = (job: string): string =>
    `scrape_configs:\n- job_name: ${job}\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`;
  writeFileSync(file, config('shop'));
  server = await startServer({ flags: [file] });
  const matchers = [{ name: '__name__', op: 'eq', value: 'requests_total' }];
  const read = async (job: string, maxPoints = 1000): Promise<MetricRangeResponse> => {
    const wanted = [...matchers, { name: 'job', op: 'eq', value: job }];
    return (await postApi<MetricRangeResponse>(server!.url, '/metrics/range', { matchers: wanted, maxPoints })).body;
  };
  const { series, matched } = await eventually(
    () => read('shop'),
    (found) => (found.series[0]?.samples ?? 0) >= 6,
  );
  expect(matched).toBe(2);
  const [first] = series.toSorted((a, b) => (a.labels['path']! < b.labels['path']! ? -1 : 1));
  expect(first).toMatchObject({
    metric: 'requests_total',
    labels: { job: 'shop', instance: `127.0.0.1:${port}`, path: '/a' },
  });
  expect(new Set(first!.values)).toEqual(new Set([3]));
  expect(first!.times).toEqual(first!.times.toSorted((a, b) => a - b));
  expect((await read('shop', 4)).series[0]!.times.length).toBeLessThanOrEqual(4);

  const names = await postApi<MetricNamesResponse>(server.url, '/metrics/names', { text: 'REQUESTS' });
  expect(names.body.metrics).toEqual([
    { metric: 'requests_total', type: 'counter', unit: '', help: '请求 served', series: 2 },
  ]);
  const labels = await postApi<MetricLabelsResponse>(server.url, '/metrics/labels', { matchers });
  expect(labels.body.values).toEqual(['__name__', 'instance', 'job', 'path']);
  const values = await postApi<MetricLabelsResponse>(server.url, '/metrics/label-values', { matchers, label: 'path' });
  expect(values.body.values).toEqual(['/a', '/b']);

  const origin = await getApi<CardinalityResponse>(server.url, '/metrics/cardinality?limit=10000');
  const ofMetric = { name: 'requests_total', count: 2 };
  const { metrics, labels: byLabel, pairs, growth, series: known, indexBytes } = origin.body;
  expect(metrics).toContainEqual(ofMetric);
  expect(byLabel).toContainEqual({ name: '__name__', count: metrics.length });
  expect(pairs).toContainEqual({ name: 'path=/a', count: 1 });
  expect(growth!.lastHour.metrics).toContainEqual(ofMetric);
  expect(growth!.lastDay.metrics).toContainEqual(ofMetric);
  expect(growth!.lastDay.series).toBeLessThanOrEqual(known);
  expect(indexBytes).toBeGreaterThan(0);
  const tsdb = (await (await fetch(`${server.url}/api/v1/status/tsdb?limit=10000`)).json()) as {
    readonly data: Readonly<Record<string, unknown>>;
  };
  expect(tsdb.data['seriesCountByMetricName']).toContainEqual({ name: 'requests_total', value: 2 });

  // A slip in the file changes nothing.
  writeFileSync(file, config('store').replace('static_configs', 'static_config'));
  const refused = await fetch(`${server.url}/-/reload`, { method: 'POST' });
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringMatching(/prometheus\.yml:5:3: .*unknown field \\?"static_config\\?"; did you mean static_configs\?/),
  ]);
  writeFileSync(file, config('store'));
  expect((await fetch(`${server.url}/-/reload`, { method: 'POST' })).status).toBe(200);
  await eventually(
    () => read('store'),
    (found) => found.matched === 2,
  );
  // The series of the job that is gone have ended.
  const ended = await eventually(
    () => read('shop'),
    (found) => found.series[0]?.values.at(-1) === null,
  );
  expect(ended.series[0]!.values.at(-2)).toBeTypeOf('number');

  answer = 'this is no metric {';
  const failing = await eventually(
    async () => (await getApi<SourcesResponse>(server!.url, '/sources')).body.sources,
    (sources) => sources.some(({ source, lastErrors }) => source.startsWith('scrape:store') && lastErrors.length > 0),
  );
  expect(JSON.stringify(failing)).toContain(`127.0.0.1:${port}`);
  const up = await postApi<MetricRangeResponse>(server.url, '/metrics/range', {
    matchers: [
      { name: '__name__', op: 'eq', value: 'up' },
      { name: 'job', op: 'eq', value: 'store' },
    ],
  });
  expect(up.body.series[0]!.values).toContain(1);
});
