import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { advanceAlerts, needsSending, type ActiveAlert, type AlertTimes } from './active-alert.ts';

const labels = Labels.from({ alertname: 'Down', instance: 'a' });
const instances = new Map([[labels.key, { labels, annotations: Labels.empty, value: 1 }]]);
const nothing = new Map<string, never>();
const SECOND = 1000;

/** Plays a line of seconds: `1` the expression gives the alert, `0` it does not; shows the state after each. */
function play(line: string, times: AlertTimes): string {
  let alerts: ReadonlyMap<string, ActiveAlert> = new Map();
  const letters = { pending: 'p', firing: 'F', resolved: 'r' };
  return [...line.matchAll(/./g)]
    .map(([sign], second) => {
      alerts = advanceAlerts(alerts, sign === '1' ? instances : nothing, times, second * SECOND);
      const state = alerts.get(labels.key)?.state;
      return state === undefined ? '.' : letters[state];
    })
    .join('');
}

const f = (forS: number, keepS: number, line: string, states: string): void =>
  expect(play(line, { forMs: forS * SECOND, keepFiringForMs: keepS * SECOND })).toBe(states);

test('waits, fires, resolves', () => {
  f(0, 0, '0110', '.FFr');
  f(2, 0, '01110', '.ppFr');
  f(2, 0, '0110', '.pp.');
  f(2, 0, '1110111', 'ppFrppF');
});

test('keeps firing for a while when the expression no longer holds', () => {
  f(0, 3, '1000011', 'FFFFrFF');
  f(0, 3, '100100000', 'FFFFFFFrr');
  f(2, 3, '10', 'p.');
});

test('a resolved alert is kept for a quarter of an hour, then forgotten', () => {
  const minutes = (count: number): string => '0'.repeat(count * 60);
  const states = play(`1${minutes(16)}`, { forMs: 0, keepFiringForMs: 0 });
  expect(states.indexOf('.')).toBe(1 + 15 * 60 + 1);
});

test('a rule that now waits longer takes the alert back to pending', () => {
  const before = advanceAlerts(new Map(), instances, { forMs: 0, keepFiringForMs: 0 }, 0);
  const after = advanceAlerts(before, instances, { forMs: 60_000, keepFiringForMs: 0 }, 30_000);
  expect(after.get(labels.key)).toMatchObject({ state: 'pending', firingSinceMs: undefined, activeSinceMs: 0 });
});

test('receivers are told when it begins, again after the delay, and at its end', () => {
  const firing = advanceAlerts(new Map(), instances, { forMs: 0, keepFiringForMs: 0 }, 0).get(labels.key);
  if (firing === undefined) throw new Error('no alert');
  expect(needsSending({ ...firing, state: 'pending' }, 0, 60_000)).toBe(false);
  expect(needsSending(firing, 0, 60_000)).toBe(true);
  const sent = { ...firing, lastSentMs: 0 };
  expect(needsSending(sent, 60_000, 60_000)).toBe(false);
  expect(needsSending(sent, 60_001, 60_000)).toBe(true);
  expect(needsSending({ ...sent, state: 'resolved', resolvedMs: 10 }, 10, 60_000)).toBe(true);
});
