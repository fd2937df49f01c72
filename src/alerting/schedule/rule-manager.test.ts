// The scenarios of the alert generator compliance suite (prometheus/compliance, alert_generator 1.0) and more, in fake time.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadRules, TestWorld } from '../../../test/support/rule-world.ts';
import { err } from '../../base/result.ts';
import { Labels } from '../../model/labels.ts';
import { MemorySeriesSource } from '../../query/promql/memory-series-source.ts';
import { LocalQueryRunner } from '../../query/promql/query-runner.ts';
import { storeUnavailable } from '../../storage/clickhouse/driver/engine-errors.ts';
import { RuleManager } from './rule-manager.ts';
import type { ScheduledGroup } from './scheduled-group.ts';
import { groupOffset } from './evaluation-grid.ts';
import { QueryError } from '../../query/promql/query-error.ts';
import { readQuery } from '../../query/promql/query.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const START = 1_800_000_000_000;
const managers: RuleManager[] = [];

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(async () => {
  for (const manager of managers.splice(0)) await manager.stop();
  vi.useRealTimers();
});

/** `values[i]` from `START + i × stepMs` on; the last stays. Feeds a sample every 5 s, as far as a test may look. */
function feed(world: TestWorld, labels: Record<string, string>, stepMs: number, values: readonly number[]): void {
  const total = values.length * stepMs;
  for (let at = 0; at < total; at += 5 * SECOND)
    world.source.append(Labels.from(labels), [
      { timeMs: START + at, value: values[Math.floor(at / stepMs)] ?? values.at(-1)! },
    ]);
}

async function begin(world: TestWorld, text: string): Promise<RuleManager> {
  const manager = new RuleManager(world);
  managers.push(manager);
  await manager.update([loadRules(text)]);
  return manager;
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const groupOf = (manager: RuleManager): ScheduledGroup => manager.groups[0]!;

/** The states of the alerts of the first rule, by `instance`. */
function states(manager: RuleManager): Record<string, string> {
  const alerts = groupOf(manager).run.rules[0]!.alerts.values();
  return Object.fromEntries([...alerts].map(({ labels, state }) => [labels.get('instance'), state]));
}

async function lastValue(world: TestWorld, query: string): Promise<string[]> {
  const runner = new LocalQueryRunner(world.source);
  const parsed = readQuery(query);
  if (!parsed.ok) throw parsed.error;
  const result = await runner.instant(parsed.value, Date.now());
  if (!result.ok || result.value.data.type !== 'vector') throw new Error('no vector');
  return result.value.data.series.map(({ labels, values }) => `${[...labels].join(' ')} = ${values[0]}`).toSorted();
}

const RESTED = 'interval: 15s, ';
const alertFile = (expr: string, more: string, group = RESTED): string =>
  `groups: [{name: g, ${group}rules: [{alert: A, expr: '${expr}', ${more}}]}]`;

test('pending, firing, resolved: the states, the series and what is sent when', async () => {
  const world = new TestWorld();
  feed(
    world,
    { __name__: 'm', instance: 'a' },
    MINUTE,
    [0, 10, 10, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  world.labels.set('zone', 'cn');
  const manager = await begin(
    world,
    alertFile(
      'm > 5',
      'for: 1m, labels: {severity: page}, annotations: {s: "{{ $labels.instance }}={{ $value }} in {{ $externalLabels.zone }}"}',
    ),
  );
  await pass(MINUTE + 20 * SECOND);
  expect(states(manager)).toEqual({ a: 'pending' });
  expect(world.sent).toEqual([]);
  await pass(MINUTE + 10 * SECOND);
  expect(states(manager)).toEqual({ a: 'firing' });
  const [first] = world.sent;
  const [alert] = first!.alerts;
  expect(alert).toMatchObject({
    labels: Labels.from({ alertname: 'A', instance: 'a', severity: 'page' }),
    annotations: Labels.from({ s: 'a=10 in cn' }),
    isResolved: false,
    generatorUrl: 'http://holter:7070/graph?g0.expr=m+%3E+5&g0.tab=1',
  });
  expect(alert!.endsAtMs - alert!.startsAtMs).toBe(4 * MINUTE);
  // While it fires it is sent again after a minute, at the next evaluation.
  await pass(2 * MINUTE + 30 * SECOND);
  expect(world.sent.map(({ atMs }) => atMs - first!.atMs)).toEqual([0, 75 * SECOND, 150 * SECOND]);
  await pass(30 * SECOND);
  expect(states(manager)).toEqual({ a: 'resolved' });
  const resolved = world.sent.at(-1)!.alerts[0]!;
  expect([resolved.isResolved, resolved.startsAtMs]).toEqual([true, alert!.startsAtMs]);
  // For a quarter of an hour receivers hear of its end again, always with the same time.
  const before = world.sent.length;
  await pass(14 * MINUTE);
  expect(new Set(world.sent.slice(before).map(({ alerts }) => alerts[0]!.endsAtMs))).toEqual(
    new Set([resolved.endsAtMs]),
  );
  expect(world.sent.length - before).toBe(11);
  await pass(3 * MINUTE);
  const after = world.sent.length;
  await pass(3 * MINUTE);
  expect([world.sent.length - after, states(manager)]).toEqual([0, {}]);
});

test('ALERTS and ALERTS_FOR_STATE are there while an alert is, and end with a stale marker', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [10, 10, 10, 10, 0, 0, 0]);
  await begin(world, alertFile('m > 5', 'for: 1m'));
  await pass(90 * SECOND + 15 * SECOND);
  expect(await lastValue(world, 'ALERTS')).toEqual(['__name__,ALERTS alertname,A alertstate,firing instance,a = 1']);
  const [since] = await lastValue(world, 'ALERTS_FOR_STATE');
  expect(since).toMatch(/^__name__,ALERTS_FOR_STATE alertname,A instance,a = 18000000\d\d$/);
  await pass(3 * MINUTE);
  expect(await lastValue(world, '{__name__=~"ALERTS.*"}')).toEqual([]);
});

test('an alert that ends while it is pending was never sent; one that never holds is never there', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [10, 0, 0, 0]);
  feed(world, { __name__: 'm', instance: 'never' }, MINUTE, [0, 0, 0, 0]);
  const manager = await begin(world, alertFile('m > 5', 'for: 2m'));
  await pass(45 * SECOND);
  expect(states(manager)).toEqual({ a: 'pending' });
  await pass(3 * MINUTE);
  expect([states(manager), world.sent]).toEqual([{}, []]);
});

test('without "for" an alert fires at once; with less than an interval at the next evaluation', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [10, 10, 10, 0, 0]);
  const manager = await begin(
    world,
    `groups: [{name: g, interval: 30s, rules: [
    {alert: Zero, expr: m > 5, annotations: {v: "{{ $value }}"}},
    {alert: Small, expr: m > 5, for: 10s}]}]`,
  );
  await pass(30 * SECOND);
  const names = (): string[] =>
    world.sent.flatMap(({ alerts }) =>
      alerts.map(({ labels, isResolved }) => `${labels.get('alertname')} ${isResolved}`),
    );
  expect(names()).toEqual(['Zero false']);
  expect([...groupOf(manager).run.rules[1]!.alerts.values()].map(({ state }) => state)).toEqual(['pending']);
  await pass(30 * SECOND);
  expect(names()).toEqual(['Zero false', 'Small false']);
});

test('alerts of several rules are sent in the order of the rules, new ones as they come', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [10, 10, 10, 10]);
  feed(world, { __name__: 'm', instance: 'b' }, MINUTE, [0, 10, 10, 10]);
  await begin(
    world,
    `groups: [{name: g, interval: 30s, rules: [
    {alert: First, expr: m > 5}, {alert: Second, expr: m > 8, labels: {more: "1"}}]}]`,
  );
  await pass(30 * SECOND);
  const shown = (): string[] =>
    world.sent.flatMap(({ alerts }) =>
      alerts.map(({ labels }) => `${labels.get('alertname')} ${labels.get('instance')}`),
    );
  expect(shown()).toEqual(['First a', 'Second a']);
  await pass(MINUTE);
  expect(shown().slice(2, 4)).toEqual(['First b', 'Second b']);
});

test('an alert is kept firing for a while, and resolved then', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [10, 0, 0, 0, 0]);
  const manager = await begin(world, alertFile('m > 5', 'keep_firing_for: 2m'));
  await pass(MINUTE + 30 * SECOND);
  expect(states(manager)).toEqual({ a: 'firing' });
  await pass(2 * MINUTE);
  expect(states(manager)).toEqual({ a: 'resolved' });
});

test('a rule reads what the rule before it has written; series that are not given again end', async () => {
  const world = new TestWorld();
  feed(world, { __name__: 'm', instance: 'a' }, MINUTE, [1, 1, 1, 1]);
  feed(world, { __name__: 'm', instance: 'b' }, MINUTE, [1, 0, 0, 0]);
  await begin(
    world,
    `groups: [{name: g, interval: 15s, labels: {team: x}, rules: [
    {record: "i:m", expr: m > 0}, {record: "sum:m", expr: "sum(i:m)"}, {record: "c", expr: "count(sum:m) + 1"}]}]`,
  );
  await pass(15 * SECOND);
  expect(await lastValue(world, '{__name__=~"c|sum:m"}')).toEqual([
    '__name__,c team,x = 2',
    '__name__,sum:m team,x = 2',
  ]);
  await pass(MINUTE);
  expect(await lastValue(world, 'i:m')).toEqual(['__name__,i:m instance,a team,x = 1']);
});

test('limit and query_offset', async () => {
  const world = new TestWorld();
  for (const instance of ['a', 'b', 'c']) feed(world, { __name__: 'm', instance }, MINUTE, [10, 10, 10]);
  const manager = await begin(
    world,
    `groups: [{name: g, interval: 15s, limit: 2, query_offset: 30s, rules: [
    {record: r, expr: m}, {alert: A, expr: m > 5}, {record: s, expr: sum(m)}]}]`,
  );
  await pass(MINUTE);
  const [r, a, s] = groupOf(manager).run.rules;
  expect([r!.error, a!.error, s!.error]).toEqual([
    'exceeded limit of 2 with 3 series',
    'exceeded limit of 2 with 3 alerts',
    undefined,
  ]);
  const [written] = world.source
    .select([], START, START + 10 * MINUTE)
    .filter(({ labels }) => labels.metricName === 's');
  const offset = groupOffset('rules.yml', 'g', 15_000);
  expect(written!.times.every((ms) => (ms + 30_000 - offset) % 15_000 === 0)).toBe(true);
  expect(written!.times.at(-1)).toBeLessThanOrEqual(Date.now() - 30_000);
});

test('while the store is away nothing is known: alerts stay, firing ones are sent on', async () => {
  const source = new MemorySeriesSource();
  const local = new LocalQueryRunner(source);
  let away = false;
  const runner = {
    instant: (...args: Parameters<typeof local.instant>) =>
      away ? Promise.reject(storeUnavailable('it is starting')) : local.instant(...args),
    range: (...args: Parameters<typeof local.range>) => local.range(...args),
  };
  const world = new TestWorld(source, runner);
  feed(
    world,
    { __name__: 'm', instance: 'a' },
    MINUTE,
    Array.from({ length: 20 }, () => 10),
  );
  const manager = await begin(world, alertFile('m > 5', 'for: 0s'));
  await pass(30 * SECOND);
  away = true;
  const before = world.sent.length;
  await pass(5 * MINUTE);
  const [run] = groupOf(manager).run.rules;
  expect([run!.health, states(manager)]).toEqual(['unknown', { a: 'firing' }]);
  expect(run!.error).toContain('it is starting');
  expect(world.sent.length - before).toBe(4);
  expect(groupOf(manager).statistics.failures).toBe(0);
  away = false;
  world.incomplete = 'the newest samples are not there yet';
  await pass(MINUTE);
  expect([run!.health, run!.error]).toEqual(['unknown', 'the newest samples are not there yet']);
  expect(world.said.filter((text) => text.includes('not evaluated'))).toHaveLength(1);
  world.incomplete = undefined;
  await pass(MINUTE);
  expect([run!.health, states(manager)]).toEqual(['ok', { a: 'firing' }]);
});

test('a query that fails is the rule’s error, and nothing of the others', async () => {
  const source = new MemorySeriesSource();
  const local = new LocalQueryRunner(source);
  const runner = {
    instant: (...[query, timeMs]: Parameters<typeof local.instant>) =>
      query.text.includes('huge')
        ? Promise.resolve(err(new QueryError('execution', 'too many samples')))
        : local.instant(query, timeMs),
    range: (...args: Parameters<typeof local.range>) => local.range(...args),
  };
  const world = new TestWorld(source, runner);
  feed(world, { __name__: 'm' }, MINUTE, [1, 1]);
  const manager = await begin(
    world,
    `groups: [{name: g, interval: 15s, rules: [
    {record: a, expr: huge}, {record: b, expr: m}, {alert: C, expr: m > 0, annotations: {x: '{{ query "m[" }}'}}]}]`,
  );
  await pass(30 * SECOND);
  const { rules } = groupOf(manager).run;
  expect(rules.map(({ health, error }) => `${health} ${error}`)).toEqual([
    'err too many samples',
    'ok undefined',
    'ok undefined',
  ]);
  expect([...rules[2]!.alerts.values()][0]!.annotations.get('x')).toContain('<error expanding template:');
  expect(groupOf(manager).statistics).toMatchObject({ failures: 2, evaluations: 6 });
});

test('a reload keeps what did not change, and lets changed rules go on', async () => {
  const world = new TestWorld();
  feed(
    world,
    { __name__: 'm', instance: 'a' },
    MINUTE,
    Array.from({ length: 30 }, () => 10),
  );
  const manager = await begin(
    world,
    `groups: [
    {name: same, interval: 15s, rules: [{record: r, expr: m}]},
    {name: changed, interval: 15s, rules: [{alert: A, expr: m > 5, for: 2m}, {record: gone, expr: m}]},
    {name: removed, interval: 15s, rules: [{record: old, expr: m}]}]`,
  );
  await pass(2 * MINUTE + 30 * SECOND);
  const same = manager.groups.find(({ key }) => key.endsWith('same'));
  const since = [...manager.groups[0]!.run.rules[0]!.alerts.values()][0]!.activeSinceMs;
  expect(await lastValue(world, '{__name__=~"gone|old"}')).toHaveLength(2);
  await manager.update([
    loadRules(`groups: [
    {name: same, interval: 15s, rules: [{record: r, expr: "m  # said otherwise"}]},
    {name: changed, interval: 15s, rules: [{alert: A, expr: m > 6, for: 2m}, {record: fresh, expr: m}]}]`),
  ]);
  expect(manager.groups.map(({ key }) => key)).toEqual(['rules.yml;changed', 'rules.yml;same']);
  expect(manager.groups[1]).toBe(same);
  await pass(MINUTE);
  const [alert] = [...manager.groups[0]!.run.rules[0]!.alerts.values()];
  expect([alert!.state, alert!.activeSinceMs]).toEqual(['firing', since]);
  expect(await lastValue(world, '{__name__=~"gone|old|fresh"}')).toEqual(['__name__,fresh instance,a = 10']);
});

test('after a restart an alert goes on waiting where it stood; the outage does not count', async () => {
  const world = new TestWorld();
  feed(
    world,
    { __name__: 'm', instance: 'a' },
    MINUTE,
    Array.from({ length: 90 }, () => 10),
  );
  const text = alertFile('m > 5', 'for: 30m', 'interval: 60s, ');
  await begin(world, text);
  await pass(10 * MINUTE);
  await managers.splice(0)[0]!.stop();
  await pass(20 * MINUTE);
  const after = await begin(world, text);
  await pass(MINUTE);
  expect((await lastValue(world, 'ALERTS_FOR_STATE')).length).toBe(0);
  await pass(2 * MINUTE);
  const [alert] = [...groupOf(after).run.rules[0]!.alerts.values()];
  // Some ten minutes before the outage, and those since.
  const waited = (Date.now() - alert!.activeSinceMs) / MINUTE;
  expect(waited).toBeGreaterThan(9);
  expect(waited).toBeLessThan(13);
  await pass(22 * MINUTE);
  expect(states(after)).toEqual({ a: 'firing' });
});

test('an alert that was about to fire waits ten minutes; one that fired fires; one that had ended begins anew', async () => {
  const world = new TestWorld();
  const long = Array.from({ length: 120 }, () => 10);
  feed(world, { __name__: 'm', instance: 'near' }, MINUTE, long);
  feed(world, { __name__: 'm', instance: 'ended' }, MINUTE, [
    ...long.slice(0, 8),
    ...long.slice(0, 8).map(() => 0),
    ...long,
  ]);
  const text = `groups: [{name: g, interval: 60s, rules: [{alert: Near, expr: m > 5, for: 15m}, {alert: Fired, expr: m > 5, for: 10m}]}]`;
  await begin(world, text);
  await pass(13 * MINUTE);
  await managers.splice(0)[0]!.stop();
  await pass(5 * MINUTE);
  const after = await begin(world, text);
  await pass(3 * MINUTE);
  const of = (rule: number, instance: string): string => {
    const alerts = [...groupOf(after).run.rules[rule]!.alerts.values()];
    return alerts.find(({ labels }) => labels.get('instance') === instance)!.state;
  };
  expect([of(0, 'near'), of(1, 'near'), of(1, 'ended')]).toEqual(['pending', 'firing', 'pending']);
  await pass(8 * MINUTE);
  expect(of(0, 'near')).toBe('pending');
  await pass(2 * MINUTE);
  expect(of(0, 'near')).toBe('firing');
});

test('an evaluation that takes too long misses others, which is said', async () => {
  const source = new MemorySeriesSource();
  const local = new LocalQueryRunner(source);
  const runner = {
    instant: async (...args: Parameters<typeof local.instant>) => {
      await new Promise((resolve) => setTimeout(resolve, 40 * SECOND));
      return local.instant(...args);
    },
    range: (...args: Parameters<typeof local.range>) => local.range(...args),
  };
  const world = new TestWorld(source, runner);
  const manager = await begin(world, 'groups: [{name: g, interval: 15s, rules: [{record: r, expr: "1"}]}]');
  await pass(3 * MINUTE);
  const { missed, iterations } = groupOf(manager).statistics;
  expect(missed).toBeGreaterThan(2);
  expect(iterations).toBeLessThanOrEqual(12);
  expect(world.said.some((text) => text.includes('missed 1 evaluations: an evaluation took longer'))).toBe(true);
  const stopped = managers.splice(0)[0]!.stop();
  await pass(MINUTE);
  await stopped;
});

test('a clock that is set, forwards or back: the alerts go on, nothing fires or ends by it', async () => {
  const world = new TestWorld();
  for (const at of [START, START + 86_400_000, START - 3_600_000])
    for (let second = 0; second < 1200; second += 5)
      world.source.append(Labels.from({ __name__: 'm', instance: 'a' }), [{ timeMs: at + second * SECOND, value: 10 }]);
  const manager = await begin(world, alertFile('m > 5', 'for: 5m'));
  await pass(2 * MINUTE);
  expect(states(manager)).toEqual({ a: 'pending' });
  vi.setSystemTime(START + 86_400_000 + 2 * MINUTE);
  await pass(MINUTE);
  expect(states(manager)).toEqual({ a: 'pending' });
  expect(groupOf(manager).statistics.missed).toBeGreaterThan(5000);
  vi.setSystemTime(START - 3_600_000 + 3 * MINUTE);
  await pass(MINUTE);
  expect(states(manager)).toEqual({ a: 'pending' });
  await pass(3 * MINUTE);
  expect(states(manager)).toEqual({ a: 'firing' });
  expect(world.said.filter((text) => text.startsWith('the clock jumped'))).toHaveLength(2);
});
