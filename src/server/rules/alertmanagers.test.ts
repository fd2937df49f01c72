import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeAlertmanager } from '../../../test/support/fake-alertmanager.ts';
import type { SentAlert } from '../../alerting/schedule/sent-alert.ts';
import { parsePrometheusConfig } from '../../config/prometheus/prometheus-config.ts';
import { Labels } from '../../model/labels.ts';
import { Alertmanagers } from './alertmanagers.ts';

let fake: FakeAlertmanager;
let said: string[];
let alertmanagers: Alertmanagers;
beforeEach(async () => {
  said = [];
  const say = (text: string): void => void said.push(text);
  alertmanagers = new Alertmanagers('0.0.0', { info: say, warn: say, error: say });
  fake = await FakeAlertmanager.start();
});
afterEach(async () => {
  await alertmanagers.stop();
  await fake.stop();
});

const alert = (name: string, more: Record<string, string> = {}): SentAlert => ({
  labels: Labels.from({ alertname: name, ...more }),
  annotations: Labels.from({ text: '内存不足' }),
  startsAtMs: 1_800_000_000_000,
  endsAtMs: 1_800_000_240_000,
  isResolved: false,
  generatorUrl: 'http://holter:7070/graph?g0.expr=up&g0.tab=1',
});

async function apply(alerting: string, external = '{}'): Promise<void> {
  const text = `global: {external_labels: ${external}}\nalerting: ${alerting}`;
  const { config, problems } = parsePrometheusConfig(text, { directory: '/', environment: {} });
  if (config === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  await alertmanagers.apply(config.alerting, new Map(config.global.externalLabels));
  await expect.poll(() => alertmanagers.sender.queues.length + alertmanagers.sender.dropped.length).toBeGreaterThan(0);
}

test('alerts arrive as API v2 wants them, with external labels, relabelled', async () => {
  await apply(
    `{alert_relabel_configs: [{action: labeldrop, regex: replica}, {action: drop, source_labels: [severity], regex: none}],
      alertmanagers: [{static_configs: [{targets: ["${fake.address}"]}], path_prefix: /am/,
        basic_auth: {username: holter, password: x},
        alert_relabel_configs: [{target_label: to, replacement: first}]}]}`,
    '{zone: cn, replica: a}',
  );
  alertmanagers.sender.send([alert('A', { zone: 'own' }), alert('B'), alert('Gone', { severity: 'none' })]);
  await alertmanagers.sender.drain();
  expect(fake.faults).toEqual([]);
  expect(fake.alerts).toEqual([
    {
      labels: { alertname: 'A', to: 'first', zone: 'own' },
      annotations: { text: '内存不足' },
      startsAt: '2027-01-15T08:00:00.000Z',
      endsAt: '2027-01-15T08:04:00.000Z',
      generatorURL: 'http://holter:7070/graph?g0.expr=up&g0.tab=1',
    },
    expect.objectContaining({ labels: { alertname: 'B', to: 'first', zone: 'cn' } }),
  ]);
  expect(fake.headers[0]!.authorization).toBe(`Basic ${Buffer.from('holter:x').toString('base64')}`);
  expect(alertmanagers.sender.queues[0]!.url).toBe(`http://${fake.address}/am/api/v2/alerts`);
});

test('many alerts go in batches; of too many the oldest are dropped and counted', async () => {
  await apply(`{alertmanagers: [{static_configs: [{targets: ["${fake.address}"]}]}]}`);
  alertmanagers.sender.send(Array.from({ length: 600 }, (_, i) => alert(String(i))));
  await alertmanagers.sender.drain();
  expect(fake.batches.map(({ length }) => length)).toEqual([256, 256, 88]);
  alertmanagers.sender.send(Array.from({ length: 10_005 }, (_, i) => alert(String(i))));
  await alertmanagers.sender.drain();
  expect(alertmanagers.sender.queues[0]!.statistics).toMatchObject({ sent: 10_600, dropped: 5, waiting: 0 });
  expect(fake.batches[3]![0]!.labels['alertname']).toBe('5');
});

test('an Alertmanager that refuses is named once, and the next alerts are tried again', async () => {
  await apply(`{alertmanagers: [{static_configs: [{targets: ["${fake.address}"]}]}]}`);
  fake.status = 500;
  for (let i = 0; i < 3; i++) {
    alertmanagers.sender.send([alert('A')]);
    await alertmanagers.sender.drain();
  }
  fake.status = 200;
  alertmanagers.sender.send([alert('A')]);
  await alertmanagers.sender.drain();
  expect(alertmanagers.sender.queues[0]!.statistics).toMatchObject({ sent: 1, errors: 3, dropped: 3 });
  expect(said).toEqual([expect.stringContaining('it answered 500')]);
});

test('a reload keeps the queues of what did not change; what the rules drop is shown as dropped', async () => {
  const alerting = (more: string): string =>
    `{alertmanagers: [{static_configs: [{targets: ["${fake.address}", "127.0.0.1:1"]}],
      relabel_configs: [{action: drop, source_labels: [__address__], regex: ".*:1"}]}${more}]}`;
  await apply(alerting(''));
  const [queue] = alertmanagers.sender.queues;
  expect(alertmanagers.sender.dropped).toEqual(['http://127.0.0.1:1/api/v2/alerts']);
  await apply(alerting(', {static_configs: [{targets: ["127.0.0.1:2"]}]}'));
  expect(alertmanagers.sender.queues[0]).toBe(queue);
  await expect.poll(() => alertmanagers.sender.queues.length).toBe(2);
});
