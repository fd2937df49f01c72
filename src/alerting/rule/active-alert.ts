// An alert that a rule gives, and how it goes on from evaluation to evaluation. Pure: the clock is an argument.
import type { Labels } from '../../model/labels.ts';

/** A resolved alert is kept so long, so that receivers hear of its end even when they were away. */
const RESOLVED_RETENTION_MS = 15 * 60_000;

/** What one evaluation found: a series of the rule's expression with the labels and texts of the rule. */
export interface AlertInstance {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
}

export interface ActiveAlert extends AlertInstance {
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly activeSinceMs: number;
  readonly firingSinceMs: number | undefined;
  /** Since when the expression no longer gives the alert, which is kept firing. */
  readonly keptSinceMs: number | undefined;
  readonly resolvedMs: number | undefined;
  readonly lastSentMs: number | undefined;
}

/** The times of a rule. */
export interface AlertTimes {
  readonly forMs: number;
  readonly keepFiringForMs: number;
}

function begin(instance: AlertInstance, nowMs: number): ActiveAlert {
  return {
    ...instance,
    state: 'pending',
    activeSinceMs: nowMs,
    firingSinceMs: undefined,
    keptSinceMs: undefined,
    resolvedMs: undefined,
    lastSentMs: undefined,
  };
}

function holdOrFire(alert: ActiveAlert, forMs: number, nowMs: number): ActiveAlert {
  const isDue = nowMs - alert.activeSinceMs >= forMs;
  if (alert.state === 'pending' && isDue) return { ...alert, state: 'firing', firingSinceMs: nowMs };
  // The rule was changed to wait longer than the alert has lasted.
  if (alert.state === 'firing' && !isDue)
    return { ...alert, state: 'pending', firingSinceMs: undefined, keptSinceMs: undefined, lastSentMs: undefined };
  return alert;
}

function goOn(before: ActiveAlert | undefined, instance: AlertInstance, times: AlertTimes, nowMs: number): ActiveAlert {
  const alert =
    before === undefined || before.state === 'resolved'
      ? begin(instance, nowMs)
      : { ...before, value: instance.value, annotations: instance.annotations, keptSinceMs: undefined };
  return holdOrFire(alert, times.forMs, nowMs);
}

function vanish(alert: ActiveAlert, times: AlertTimes, nowMs: number): ActiveAlert | undefined {
  if (alert.state === 'pending') return undefined;
  if (alert.state === 'resolved')
    return nowMs - (alert.resolvedMs ?? nowMs) > RESOLVED_RETENTION_MS ? undefined : alert;
  if (times.keepFiringForMs > 0) {
    const keptSinceMs = alert.keptSinceMs ?? nowMs;
    if (nowMs - keptSinceMs < times.keepFiringForMs) return holdOrFire({ ...alert, keptSinceMs }, times.forMs, nowMs);
  }
  return { ...alert, state: 'resolved', resolvedMs: nowMs };
}

/** The alerts after an evaluation at `nowMs` that found `instances`, by the keys of their labels. */
export function advanceAlerts(
  alerts: ReadonlyMap<string, ActiveAlert>,
  instances: ReadonlyMap<string, AlertInstance>,
  times: AlertTimes,
  nowMs: number,
): Map<string, ActiveAlert> {
  const next = new Map<string, ActiveAlert>();
  for (const [key, instance] of instances) next.set(key, goOn(alerts.get(key), instance, times, nowMs));
  for (const [key, alert] of alerts) {
    if (instances.has(key)) continue;
    const rest = vanish(alert, times, nowMs);
    if (rest !== undefined) next.set(key, rest);
  }
  return next;
}

/** Receivers are to hear of the alert now: it fires or has ended, and they were not told within the delay. */
export function needsSending(alert: ActiveAlert, nowMs: number, resendDelayMs: number): boolean {
  if (alert.state === 'pending') return false;
  const lastSentMs = alert.lastSentMs ?? -Infinity;
  if (alert.resolvedMs !== undefined && alert.resolvedMs > lastSentMs) return true;
  return lastSentMs + resendDelayMs < nowMs;
}

/** The alert as if everything of it had happened `byMs` later: for a clock that was set. */
export function shiftAlert(alert: ActiveAlert, byMs: number): ActiveAlert {
  const shift = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms + byMs);
  return {
    ...alert,
    activeSinceMs: alert.activeSinceMs + byMs,
    firingSinceMs: shift(alert.firingSinceMs),
    keptSinceMs: shift(alert.keptSinceMs),
    resolvedMs: shift(alert.resolvedMs),
    lastSentMs: shift(alert.lastSentMs),
  };
}
