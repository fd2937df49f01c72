// Which alerts receivers are told of after an evaluation, and what they are told.
import { printQuery } from '../../query/promql/print.ts';
import type { Labels } from '../../model/labels.ts';
import { needsSending, type ActiveAlert } from '../rule/active-alert.ts';
import { escapeQuery } from '../template/builtins.ts';
import type { RuleRun } from '../rule/rule-group-run.ts';

/** A firing alert is sent again after this time, as long as it fires. */
const RESEND_DELAY_MS = 60_000;
/** An alert that is not sent again counts as ended: two sendings may fail. */
const VALID_INTERVALS = 4;

/** An alert as it goes out. Times are Unix ms. */
export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** When it ended; while it fires, until when it holds without being sent again. */
  readonly endsAtMs: number;
  readonly isResolved: boolean;
  readonly generatorUrl: string;
}

function describe(alert: ActiveAlert, nowMs: number, intervalMs: number, generatorUrl: string): SentAlert {
  const { labels, annotations, firingSinceMs, activeSinceMs, resolvedMs } = alert;
  return {
    labels,
    annotations,
    startsAtMs: firingSinceMs ?? activeSinceMs,
    endsAtMs: resolvedMs ?? nowMs + VALID_INTERVALS * Math.max(intervalMs, RESEND_DELAY_MS),
    isResolved: resolvedMs !== undefined,
    generatorUrl,
  };
}

/** The alerts of a rule that are due, marked as sent. */
export function takeDueAlerts(run: RuleRun, nowMs: number, intervalMs: number, externalUrl: string): SentAlert[] {
  const due: SentAlert[] = [];
  const expression = escapeQuery(printQuery(run.compiled.query.expression));
  const alerts = new Map<string, ActiveAlert>();
  for (const [key, alert] of run.alerts) {
    const isDue = needsSending(alert, nowMs, RESEND_DELAY_MS);
    if (isDue) due.push(describe(alert, nowMs, intervalMs, `${externalUrl}/graph?g0.expr=${expression}&g0.tab=1`));
    alerts.set(key, isDue ? { ...alert, lastSentMs: nowMs } : alert);
  }
  if (due.length > 0) run.alerts = alerts;
  return due;
}
