// After a restart: since when alerts were waiting before it, read from the series ALERTS_FOR_STATE (Prometheus 3.15, rules/group.go).
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { Matcher } from '../../query/promql/matcher.ts';
import type { ActiveAlert } from '../rule/active-alert.ts';
import { ALERT_NAME } from '../rule/evaluate-rule.ts';
import type { RuleRun } from '../rule/rule-group-run.ts';

/** A longer outage makes every alert begin anew. */
export const OUTAGE_TOLERANCE_MS = 3_600_000;
/** An alert that was about to fire waits at least so long again; rules that wait less are not restored. */
const GRACE_MS = 600_000;

/** The newest sample of a series that had not ended. */
export interface LastSample {
  /** Without the metric name. */
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
}

/** Finds the newest samples of the series that match, between two times. Rejects when it cannot be asked. */
export type FindLastSamples = (
  matchers: readonly Matcher[],
  fromMs: number,
  toMs: number,
) => Promise<readonly LastSample[]>;

/** Labels with templates hold other texts in the series. */
function matchersOf({ compiled }: RuleRun): Matcher[] {
  const name = compiled.rule.kind === 'alerting' ? compiled.rule.alert : '';
  const plain = [...compiled.labels].filter(([label, text]) => !text.includes('{{') && label !== ALERT_NAME);
  return [[METRIC_NAME, 'ALERTS_FOR_STATE'], [ALERT_NAME, name], ...plain].map(([label, value]) =>
    Matcher.equal(label!, value!),
  );
}

/** Since when an alert counts as active that was seen last at `downMs`, active since `beforeMs`. */
export function restoredSince(beforeMs: number, downMs: number, holdMs: number, nowMs: number): number {
  const remaining = holdMs - (downMs - beforeMs);
  // It was firing, and will be with the next evaluation.
  if (remaining <= 0) return beforeMs;
  // It would fire before anybody could see that it no longer holds.
  if (remaining < GRACE_MS) return nowMs + GRACE_MS - holdMs;
  // The time of the outage does not count.
  return beforeMs + (nowMs - downMs);
}

/** Restores the alerts of one rule; they stay as they are when nothing can be found. */
export async function restoreAlerts(run: RuleRun, nowMs: number, find: FindLastSamples): Promise<void> {
  const { rule } = run.compiled;
  if (rule.kind !== 'alerting' || rule.forMs < GRACE_MS || run.alerts.size === 0) return;
  const found = await find(matchersOf(run), nowMs - OUTAGE_TOLERANCE_MS, nowMs);
  const last = new Map(found.map((sample) => [sample.labels.key, sample]));
  const alerts = new Map<string, ActiveAlert>();
  for (const [key, alert] of run.alerts) {
    const before = last.get(alert.labels.key);
    const activeSinceMs =
      before === undefined
        ? alert.activeSinceMs
        : restoredSince(Math.trunc(before.value) * 1000, before.timeMs, rule.forMs, nowMs);
    alerts.set(key, { ...alert, activeSinceMs });
  }
  run.alerts = alerts;
}
