import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { openFileStateStore } from '../../storage/state/file-state-store.ts';
import type { ActiveAlert } from '../rule/active-alert.ts';
import type { RuleRun } from '../rule/rule-group-run.ts';
import { AlertRouter } from './alert-router.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const place = { file: 'rules.yml', group: 'g', rule: '告警', occurrence: 0 };
const DAY = 86_400_000;
let folder: string;
let state: Awaited<ReturnType<typeof openFileStateStore>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alert-router-'));
  state = await openFileStateStore(folder);
});
afterEach(async () => {
  await state.close();
  rmSync(folder, { recursive: true });
});

function alert(instance: string, is: ActiveAlert['state'], value = 1): ActiveAlert {
  const labels = Labels.from({ alertname: '告警', instance });
  const nothing = { firingSinceMs: undefined, keptSinceMs: undefined, resolvedMs: undefined, lastSentMs: undefined };
  return { labels, annotations: Labels.from({ v: String(value) }), value, state: is, activeSinceMs: 5, ...nothing };
}

function run(health: RuleRun['health'], ...alerts: ActiveAlert[]): RuleRun {
  return { health, alerts: new Map(alerts.map((one) => [one.labels.key, one])) } as unknown as RuleRun;
}

const shown = (router: AlertRouter): string[] =>
  router.alerts.map(
    ({ labels, state: is, sinceMs, transitions }) =>
      `${labels['instance']} ${is}@${sinceMs}: ${transitions.map((one) => `${one.state}@${one.atMs}`).join(' ')}`,
  );

test('keeps each alert with its transitions', async () => {
  const router = await AlertRouter.open(state, quiet);
  router.observe(place, run('ok', alert('a', 'pending')), 10);
  router.observe(place, run('ok', alert('a', 'firing', 2), alert('b', 'firing')), 20);
  router.observe(place, run('ok', alert('b', 'resolved')), 30);
  router.observe(place, run('ok', alert('a', 'firing', 3)), 40);
  expect(shown(router)).toEqual([
    'a firing@40: pending@10 firing@20 inactive@30 firing@40',
    'b inactive@30: firing@20 inactive@30',
  ]);
  expect(router.alertsOf(place)[0]).toMatchObject({ value: 3, annotations: { v: '3' }, activeSinceMs: 5, place });
  expect(router.alertsOf({ ...place, occurrence: 1 })).toEqual([]);
});

test('what is not known does not end; what has no rule any more does', async () => {
  const router = await AlertRouter.open(state, quiet);
  router.observe(place, run('ok', alert('a', 'firing')), 10);
  router.observe(place, run('unknown', alert('a', 'firing')), 20);
  router.observe(place, run('err'), 30);
  expect(shown(router)).toEqual(['a firing@10: firing@10']);
  router.keepOnly([place], 40);
  expect(shown(router)).toEqual(['a firing@10: firing@10']);
  router.keepOnly([], 50);
  expect(shown(router)).toEqual(['a inactive@50: firing@10 inactive@50']);
});

test('is the same after a restart, and goes on', async () => {
  const router = await AlertRouter.open(state, quiet);
  for (let i = 0; i < 200; i++) router.observe(place, run('ok', ...(i % 2 === 0 ? [alert('a', 'firing')] : [])), i);
  router.observe(place, run('ok', alert('b', 'firing')), 200);
  await router.flush();
  await state.close();
  state = await openFileStateStore(folder);
  const again = await AlertRouter.open(state, quiet);
  expect(shown(again)).toEqual(shown(router));
  expect(again.alerts[1]!.transitions).toHaveLength(100);
  again.observe(place, run('ok'), 300);
  await again.flush();
  expect((await state.list('alert/')).map(({ value }) => (value as { state: string }).state)).toEqual([
    'inactive',
    'inactive',
  ]);
});

test('ended alerts are forgotten after a week', async () => {
  const router = await AlertRouter.open(state, quiet);
  router.observe(place, run('ok', alert('a', 'firing')), 10);
  router.observe(place, run('ok'), 20);
  router.observe(place, run('ok', alert('b', 'firing')), 8 * DAY);
  await router.flush();
  expect(shown(router)).toEqual([`b firing@${8 * DAY}: firing@${8 * DAY}`]);
  expect(await state.list('alert/')).toHaveLength(1);
});
