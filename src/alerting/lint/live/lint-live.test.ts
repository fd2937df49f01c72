import { expect, test } from 'vitest';
import { loadRules } from '../../../../test/support/rule-world.ts';
import { memorySeries } from '../../../../test/support/prometheus-api.ts';
import { readQuery, runInstantQuery, type QueryData } from '../../../query/promql/query.ts';
import type { MemorySeriesSource } from '../../../query/promql/memory-series-source.ts';
import { printQuery } from '../../../query/promql/print.ts';
import { lintLive } from './lint-live.ts';
import type { LiveMetrics } from './live-metrics.ts';

const NOW = 600_000;
const DAY = 86_400_000;

/** A server in memory: samples every 15 s from 0 to ten minutes, types by name. */
class MemoryServer implements LiveMetrics {
  readonly #source: MemorySeriesSource;
  readonly types: Record<string, string> = { connections: 'gauge', requests: 'counter' };
  cost = { samples: 10, seconds: 0.1 };

  constructor(...series: string[]) {
    this.#source = memorySeries(15_000, ...series);
  }

  async #data(text: string): Promise<QueryData | undefined> {
    const query = readQuery(text);
    const result = query.ok ? await runInstantQuery(query.value, NOW, this.#source) : query;
    return result.ok ? result.value.data : undefined;
  }

  readonly hasSeries: LiveMetrics['hasSeries'] = (matchers) =>
    Promise.resolve(this.#source.select(matchers, NOW - DAY, NOW).length > 0);
  readonly typeOf: LiveMetrics['typeOf'] = (metric) => Promise.resolve(this.types[metric]);
  readonly intervalOf: LiveMetrics['intervalOf'] = () => Promise.resolve(15_000);
  readonly evaluate: LiveMetrics['evaluate'] = async (expression) => {
    const data = await this.#data(printQuery(expression));
    return data?.type === 'vector' ? data.series.map(({ labels }) => labels) : [];
  };
  readonly number: LiveMetrics['number'] = async (text) => {
    const data = await this.#data(text);
    return data?.type === 'vector' ? data.series[0]?.values[0] : undefined;
  };
  readonly costOf: LiveMetrics['costOf'] = () => Promise.resolve(this.cost);
  readonly retention: LiveMetrics['retention'] = () => Promise.resolve(7 * DAY);
  readonly externalLabels: LiveMetrics['externalLabels'] = () => Promise.resolve(new Set(['zone']));
}

const server = (): MemoryServer =>
  new MemoryServer(
    'up{job="api", instance="a"} 1x40',
    'up{job="web", instance="b"} 1x40',
    'a_total{job="api", code="200"} 0+1x40',
    'connections{job="api"} 5x40',
    'requests{job="api"} 5x40',
    'info{job="API"} 1x40',
  );

/** `check: fix`, one a finding, for an expression by itself. */
async function f(text: string, ...expected: string[]): Promise<void> {
  const query = readQuery(text);
  if (!query.ok) throw query.error;
  const { expression } = query.value;
  const findings = await lintLive({ expression, compiled: undefined, recorded: new Set(['job:up:sum']) }, server());
  expect(
    findings.map(({ check, fix }) => (fix === undefined ? check : `${check}: ${fix}`)),
    text,
  ).toEqual(expected);
}

/** The findings on an alert. */
async function onAlert(rule: string, live: MemoryServer): Promise<string[]> {
  const [group] = loadRules(`groups: [{name: g, rules: [{alert: A, ${rule}}]}]`).groups;
  const compiled = group!.rules[0]!;
  const findings = await lintLive({ expression: compiled.query.expression, compiled, recorded: new Set() }, live);
  return findings.map(({ check, message }) => `${check}: ${message}`);
}

test('what is not there, and which condition finds nothing', async () => {
  await f('up == 0');
  await f('sum(nothing) + job:up:sum', 'absent-metric');
  await f('up{job="网关"}', 'absent-metric');
  await f('absent(nothing) or absent_over_time(nothing[5m]) or ALERTS');
  const query = readQuery('up{job="api", env="prod"}');
  const findings = query.ok
    ? await lintLive({ expression: query.value.expression, compiled: undefined, recorded: new Set() }, server())
    : [];
  expect(findings[0]?.message).toBe('up has no label "env", nor had in the last day');
});

test('types of metrics', async () => {
  await f('rate(connections[5m])', 'rate-of-gauge: deriv(connections[5m])');
  await f('sum(increase(connections[5m]))', 'rate-of-gauge: delta(connections[5m])');
  await f('requests > 5', 'counter-by-type: increase(requests[5m])');
  await f('connections > 5 and count(requests) > 1');
});

test('windows, offsets and retention', async () => {
  await f('rate(a_total[20s])', 'short-window');
  await f('rate(a_total[30s])');
  await f('up offset 8d', 'beyond-retention');
  await f('max_over_time(rate(a_total[5m])[7d:1m])', 'beyond-retention');
  await f('up offset 6d');
});

test('sides that do not match', async () => {
  await f('up * info', 'no-partner');
  await f('up * on (job) info', 'no-partner');
  await f('up * on (job) group_left label_replace(info, "job", "api", "job", "API")');
  await f('up or info');
  const query = readQuery('up * on (job) info');
  const findings = query.ok
    ? await lintLive({ expression: query.value.expression, compiled: undefined, recorded: new Set() }, server())
    : [];
  expect(findings[0]?.message).toBe(
    'both sides have series, and no two of them match: the values of "job" differ ({job="api"} and {job="API"})',
  );
});

test('alerts: external labels, cost', async () => {
  const live = server();
  expect(await onAlert('expr: up == 0, labels: {zone: x}', live)).toEqual([
    'label-conflict: the label "zone" is an external label of the server: in alerts the one of the rule hides it',
  ]);
  expect(
    await onAlert('expr: up == 0, annotations: {a: "{{ $externalLabels.region }} {{ $externalLabels.zone }}"}', live),
  ).toEqual(['unknown-external-label: the external label "region" is not set on the server: the text is empty']);
  live.cost = { samples: 6_000_000, seconds: 1 };
  expect(await onAlert('expr: up == 0', live)).toEqual([
    'heavy-query: the expression took 1.0 s and read 6,000,000 samples; record parts of it by a rule',
  ]);
});

test('alerts that would have been there often, or always', async () => {
  const many = new MemoryServer(...Array.from({ length: 60 }, (_, i) => `m{i="${i}"} 1x40`));
  expect(await onAlert('expr: m > 0', many)).toEqual([
    expect.stringContaining('alert-count: in the last day this would have been 60 alerts'),
  ]);
  const number: LiveMetrics['number'] = (text) => Promise.resolve(text.startsWith('max') ? 288 : 1);
  const always = Object.assign(server(), { number });
  expect(await onAlert('expr: up > 0', always)).toEqual([
    'alert-count: in the last day this held almost all the time: the alert says nothing new',
  ]);
});
