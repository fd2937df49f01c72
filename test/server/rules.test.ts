// Rules in a real server: what they write can be queried, what they find is sent, and both go on after a kill.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeAlertmanager } from '../support/fake-alertmanager.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import type { AlertsResponse, RulesResponse } from '../../src/api/rules.ts';

let folder: string;
let server: HolterServer | undefined;
let alertmanager: FakeAlertmanager;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holter-rules-'));
  alertmanager = await FakeAlertmanager.start();
});
afterEach(async () => {
  await server?.remove();
  await alertmanager.stop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const start = async (): Promise<HolterServer> => {
  server = await startServer({ dataDir: join(folder, 'data'), flags: [join(folder, 'prometheus.yml')] });
  return server;
};

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${server!.url}${path}`);
  return (await response.json()) as T;
}

async function query(text: string): Promise<string[]> {
  interface Sample {
    readonly metric: Record<string, string>;
    readonly value: [number, string];
  }
  const { data } = await ask<{ data: { result: Sample[] } }>(`/api/v1/query?query=${encodeURIComponent(text)}`);
  return data.result.map(({ metric, value }) => `${JSON.stringify(metric)} ${value[1]}`).toSorted();
}

const rules = (more = ''): string => `groups:
- name: 组
  interval: 1s
  rules:
  - {record: "one:up", expr: "vector(1)", labels: {from: rule}}
  - {alert: 高, expr: "one:up > 0", labels: {severity: page}, annotations: {summary: "{{ $labels.from }} = {{ $value }}"}}
  - {record: "two:up", expr: "one:up + 1"}
${more}`;

test('a rule reads the one before it, its alert is sent and kept, also over a kill; a reload that is wrong changes nothing', async () => {
  write('rules.yml', rules());
  write(
    'prometheus.yml',
    `global: {external_labels: {zone: cn}}
rule_files: ["*.yml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["${alertmanager.address}"]}]}]}
`.replace('"*.yml"', '"rules*.yml"'),
  );
  await start();
  await expect
    .poll(() => query('{__name__=~"one:up|two:up|ALERTS"}'))
    .toEqual([
      '{"__name__":"ALERTS","alertname":"高","alertstate":"firing","from":"rule","severity":"page"} 1',
      '{"__name__":"one:up","from":"rule"} 1',
      '{"__name__":"two:up","from":"rule"} 2',
    ]);
  await expect.poll(() => alertmanager.alerts.length).toBeGreaterThan(0);
  expect(alertmanager.faults).toEqual([]);
  expect(alertmanager.alerts[0]).toMatchObject({
    labels: { alertname: '高', from: 'rule', severity: 'page', zone: 'cn' },
    annotations: { summary: 'rule = 1' },
    generatorURL: `${server!.url}/graph?g0.expr=one%3Aup+%3E+0&g0.tab=1`,
  });

  await server!.kill9();
  await start();
  const kept = async (): Promise<string[]> => {
    const { alerts } = await ask<AlertsResponse>('/api/holter/v1/alerts');
    return alerts.map(({ rule, state, transitions }) => `${rule} ${state} ${transitions.length}`);
  };
  await expect.poll(kept).toEqual(['高 firing 1']);

  write('rules-bad.yml', 'groups:\n- name: x\n  rules:\n  - {record: a, expr: "sum("}\n');
  const reload = (): Promise<Response> => fetch(`${server!.url}/-/reload`, { method: 'POST' });
  const refused = await reload();
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('rules-bad.yml:4:')]);
  rmSync(join(folder, 'rules-bad.yml'));
  write('rules.yml', rules('  - {record: "three:up", expr: "two:up + 1"}\n'));
  expect((await reload()).status).toBe(200);
  await expect.poll(() => query('three:up')).toEqual(['{"__name__":"three:up","from":"rule"} 3']);
  const { groups, problems } = await ask<RulesResponse>('/api/holter/v1/rules');
  expect([groups.map(({ name, rules: own }) => `${name} ${own.length}`), problems]).toEqual([['组 4'], []]);
  expect(await query('ALERTS')).toHaveLength(1);
});
