// `holter promql` and `holter check --server` against a real server that got its series by remote write.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Labels } from '../../src/model/labels.ts';
import { writeSeries } from '../promql/real-prometheus.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
const NOW = Math.floor(Date.now() / 1000) * 1000;
const INTERVAL_MS = 15_000;
const SAMPLES = 40;
let server: HolterServer;

beforeAll(async () => {
  server = await startServer();
  const series = (labels: Record<string, string>, slope: number): Parameters<typeof writeSeries>[1][number] => ({
    labels: Labels.from(labels),
    samples: Array.from({ length: SAMPLES }, (_, i) => ({
      timeMs: NOW - (SAMPLES - 1 - i) * INTERVAL_MS,
      value: slope === 0 ? 1 : i * slope,
    })),
  });
  await writeSeries(server.url, [
    series({ __name__: 'up', job: '网关' }, 0),
    series({ __name__: 'up', job: 'api' }, 0),
    series({ __name__: 'requests_total', job: 'api', status: '200' }, 3),
  ]);
});
afterAll(() => server?.remove());

async function holter(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [HOLTER, ...words], { env: { ...process.env, HOLTER_SERVER: server.url } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err };
}

const at = `--time=${new Date(NOW).toISOString()}`;

test('a table, a number, a range, JSON', async () => {
  expect(await holter('promql', 'sort_by_label(up, "job")', at, '--json').then(({ code }) => code)).toBe(2);
  expect(await holter('promql', 'up', at)).toEqual({
    code: 0,
    out: expect.stringMatching(/^metric {2}job {3}value\n(?:up {6}(?:api {7}1|网关 {6}1)\n){2}$/) as string,
    err: '',
  });
  expect((await holter('promql', '1 + 1', at)).out).toBe('2\n');
  const range = await holter('promql', 'requests_total', at, '--range=5m', '--step=30s');
  expect(range.out).toMatch(
    /^metric .* min +avg +max +last\nrequests_total {2}api +200 +57 +87 +117 +117 {2}[▁-█]{11}\n$/,
  );
  const json = await holter('promql', 'sum(up)', at, '-j');
  expect(JSON.parse(json.out)).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [NOW / 1000, '2'] }] });
});

test('what it takes', async () => {
  const { code, out } = await holter('promql', 'sum by (job) (rate(requests_total[5m]))', at, '--explain');
  expect(code).toBe(0);
  expect(out).toContain('{__name__="requests_total"}');
  expect(out).toMatch(/1 series, 20 samples/);
  expect(out).toMatch(/ {2}sum by \(job\) \(rate\(requests_total\[5m\]\)\): 1 series, 1 samples, [\d.]+ ms/);
});

test('nothing found, wrong queries, wrong use, no server', async () => {
  expect(await holter('promql', 'nothing', at)).toEqual({ code: 1, out: '', err: '' });
  const wrong = await holter('promql', 'sum(', at);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('1:5: parse error')]);
  const remark = await holter('promql', 'rate(up[1m])', at);
  expect(remark.err).toContain('PromQL info: metric might not be a counter');
  expect((await holter('promql')).code).toBe(2);
  expect((await holter('promql', 'up', '--step=5s')).code).toBe(2);
  expect((await holter('promql', 'up', '--time=yesterday')).code).toBe(2);
  expect((await holter('promql', 'up', '--server=127.0.0.1:1')).code).toBe(3);
});

test('checks that need data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-check-server-'));
  try {
    const file = join(folder, 'rules.yml');
    writeFileSync(
      file,
      `groups:
- name: g
  rules:
  - {alert: A, expr: 'sum(rate(nothing_total[5m])) > 1'}
  - {alert: B, expr: 'rate(requests_total{status="500"}[20s]) > 0'}
  # holter ignore absent-metric
  - {alert: C, expr: 'nothing > 1'}
  - {alert: D, expr: 'rate(requests_total[20s]) > 0'}
`,
    );
    const { code, out } = await holter('check', `--server=${server.url}`, file);
    const found = out.replaceAll(`${folder}/`, '').trim().split('\n');
    expect([code, found]).toEqual([
      1,
      [
        'rules.yml:4:32: warning: A: no series is called nothing_total, nor was in the last day [absent-metric]',
        'rules.yml:5:28: warning: B: requests_total has no series with status="500", nor had in the last day [absent-metric]',
        // They have been coming for ten minutes only, one every 15 s.
        expect.stringMatching(
          /^rules.yml:8:23: warning: D: requests_total has a sample every [12]\ds: .*\[short-window\]$/,
        ),
      ],
    ]);
    writeFileSync(join(folder, 'prometheus.yml'), 'rule_files: ["rul*.yml", "none/*.yml"]\n');
    const all = await holter('check', join(folder, 'prometheus.yml'));
    expect(all.out.replaceAll(`${folder}/`, '')).toBe(
      'prometheus.yml:1:1: warning: rule_files: nothing is there that fits none/*.yml\nrules.yml: nothing found\n',
    );
    expect((await holter('check', '--server=127.0.0.1:1', file)).code).toBe(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
