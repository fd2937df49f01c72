import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
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
  target = createServer((_request, response) => response.end(answer));
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

test('targets of a prometheus.yml are scraped, their samples come back, and a reload changes them', async () => {
  const file = join(folder, 'prometheus.yml');
  const { port } = target.address() as AddressInfo;
  const config = (job: string): string =>
    `scrape_configs:\n- job_name: ${job}\n  scrape_interval: 250ms\n  scrape_timeout: 200ms\n  static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`;
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
