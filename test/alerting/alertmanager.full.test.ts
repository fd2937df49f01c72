// A whole server sends its alerts to a real Alertmanager, which holds them while they fire and lets them go when they end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';
import { RealAlertmanager } from '../support/real-alertmanager.ts';

const PATIENCE = { timeout: 60_000, interval: 250 };

const rules = (condition: string): string => `groups:
- name: g
  interval: 1s
  rules:
  - {alert: 内存, expr: "vector(1) ${condition}", labels: {severity: page}, annotations: {summary: "值 {{ $value }}"}}
  - {alert: Stays, expr: "vector(2)"}
`;

test('begins, goes on, ends', async (context) => {
  const alertmanager = await RealAlertmanager.start(need(context, 'alertmanager'));
  onTestFinished(() => alertmanager.stop());
  const folder = mkdtempSync(join(tmpdir(), 'holter-alerts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'rules.yml'), rules('> 0'));
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {external_labels: {zone: cn, replica: a}}
rule_files: [rules.yml]
alerting:
  alert_relabel_configs: [{action: labeldrop, regex: replica}]
  alertmanagers: [{static_configs: [{targets: ["${alertmanager.address}"]}], api_version: v2}]
`,
  );
  const server = await startServer({ flags: [join(folder, 'prometheus.yml')] });
  try {
    const shown = async (): Promise<string[]> => {
      const alerts = await alertmanager.alerts();
      return alerts.map(({ labels, status }) => `${JSON.stringify(labels)} ${status.state}`).toSorted();
    };
    const stays = '{"alertname":"Stays","zone":"cn"} active';
    await expect.poll(shown, PATIENCE).toEqual([stays, '{"alertname":"内存","severity":"page","zone":"cn"} active']);
    const alerts = await alertmanager.alerts();
    const first = alerts.find(({ labels }) => labels['alertname'] === '内存')!;
    expect(first.annotations).toEqual({ summary: '值 1' });
    expect(first.generatorURL).toBe(`${server.url}/graph?g0.expr=vector%281%29+%3E+0&g0.tab=1`);
    // From when it was sent last: it is sent again and again.
    const validMinutes = (Date.parse(first.endsAt) - Date.parse(first.updatedAt)) / 60_000;
    expect(validMinutes).toBeCloseTo(4, 0);
    writeFileSync(join(folder, 'rules.yml'), rules('< 0'));
    await fetch(`${server.url}/-/reload`, { method: 'POST' });
    await expect.poll(shown, PATIENCE).toEqual([stays]);
  } finally {
    await server.remove();
  }
});
