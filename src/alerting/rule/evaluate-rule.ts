// One evaluation of one rule: its expression, then what the rule makes of the result.
import { err, ok, type Result } from '../../base/result.ts';
import type { AlertingRule, RecordingRule } from '../../config/rules/rule-file.ts';
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import { readQuery, type ParsedQuery } from '../../query/promql/query.ts';
import { expandTemplate } from '../template/expand.ts';
import { TemplateError } from '../template/value.ts';
import { advanceAlerts, type ActiveAlert, type AlertInstance } from './active-alert.ts';
import type { CompiledRule } from './compile-rule-file.ts';

export const ALERT_NAME = 'alertname';
const ALERT_STATE = 'alertstate';

/** A sample that a query gives or a rule writes. */
export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
}

/** What a rule reads is not complete (the store is away, the newest samples are not there yet): its result would be wrong. */
export class InputsIncomplete extends Error {}

/** How rules ask; an error is a text. Rejects with InputsIncomplete. */
export type RuleQuery = (query: ParsedQuery, timeMs: number) => Promise<Result<readonly RuleSample[], string>>;

/** What rules know of the server that they run in. */
export interface RuleContext {
  readonly query: RuleQuery;
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly externalUrl: string;
}

/** When and within what bounds. */
export interface RuleTiming {
  readonly nowMs: number;
  readonly queryOffsetMs: number;
  /** 0 is no limit. */
  readonly limit: number;
}

export interface AlertEvaluation {
  readonly samples: readonly RuleSample[];
  readonly alerts: ReadonlyMap<string, ActiveAlert>;
}

/** Evaluates a recording rule to the samples that it writes. */
export async function evaluateRecordingRule(
  { rule, query, labels }: CompiledRule<RecordingRule>,
  context: RuleContext,
  { nowMs, queryOffsetMs, limit }: RuleTiming,
): Promise<Result<readonly RuleSample[], string>> {
  const result = await context.query(query, nowMs - queryOffsetMs);
  if (!result.ok) return result;
  const samples = result.value.map((sample) => ({
    labels: Labels.of([...sample.labels, [METRIC_NAME, rule.record], ...labels]),
    value: sample.value,
  }));
  if (new Set(samples.map((sample) => sample.labels.key)).size !== samples.length)
    return err('vector contains metrics with the same labelset after applying rule labels');
  if (limit > 0 && samples.length > limit) return err(`exceeded limit of ${limit} with ${samples.length} series`);
  return ok(samples);
}

async function makeInstance(
  compiled: CompiledRule<AlertingRule>,
  sample: RuleSample,
  context: RuleContext,
  timeMs: number,
): Promise<AlertInstance> {
  const { rule, labels } = compiled;
  const data = { labels: new Map(sample.labels), externalLabels: context.externalLabels, value: sample.value };
  const world = {
    nowMs: timeMs,
    externalUrl: context.externalUrl,
    query: async (expression: string) => {
      const query = readQuery(expression);
      const result = query.ok ? await context.query(query.value, timeMs) : err(query.error.message);
      if (!result.ok) throw new TemplateError(result.error);
      return result.value.map(({ labels: own, value }) => ({ Labels: new Map(own), Value: value }));
    },
  };
  const expand = async (text: string): Promise<string> => {
    const expanded = await expandTemplate(`__alert_${rule.alert}`, text, data, world);
    // A broken template must not keep the alert from being raised.
    return expanded.ok ? expanded.value : `<error expanding template: ${expanded.error}>`;
  };
  const own: [string, string][] = [];
  for (const [name, text] of labels) own.push([name, await expand(text)]);
  const annotations: [string, string][] = [];
  for (const [name, { text }] of rule.annotations) annotations.push([name, await expand(text)]);
  return {
    labels: Labels.of([...sample.labels.withoutMetricName(), ...own, [ALERT_NAME, rule.alert]]),
    annotations: Labels.of(annotations),
    value: sample.value,
  };
}

/** The series by which alerts are seen in queries and restored after a restart. */
function* alertSamples(alert: ActiveAlert): Generator<RuleSample> {
  if (alert.state === 'resolved') return;
  const state: [string, string] = [ALERT_STATE, alert.state];
  yield { labels: Labels.of([...alert.labels, [METRIC_NAME, 'ALERTS'], state]), value: 1 };
  const since = Math.floor(alert.activeSinceMs / 1000);
  yield { labels: alert.labels.with(METRIC_NAME, 'ALERTS_FOR_STATE'), value: since };
}

/** Evaluates an alerting rule whose alerts were `alerts`; on an error they stay as they were. */
export async function evaluateAlertingRule(
  compiled: CompiledRule<AlertingRule>,
  alerts: ReadonlyMap<string, ActiveAlert>,
  context: RuleContext,
  { nowMs, queryOffsetMs, limit }: RuleTiming,
): Promise<Result<AlertEvaluation, string>> {
  const result = await context.query(compiled.query, nowMs - queryOffsetMs);
  if (!result.ok) return result;
  const instances = new Map<string, AlertInstance>();
  for (const sample of result.value) {
    const instance = await makeInstance(compiled, sample, context, nowMs);
    if (instances.has(instance.labels.key))
      return err('vector contains metrics with the same labelset after applying alert labels');
    instances.set(instance.labels.key, instance);
  }
  const next = advanceAlerts(alerts, instances, compiled.rule, nowMs);
  const active = [...next.values()].filter(({ state }) => state !== 'resolved');
  if (limit > 0 && active.length > limit) return err(`exceeded limit of ${limit} with ${active.length} alerts`);
  return ok({ samples: active.flatMap((alert) => [...alertSamples(alert)]), alerts: next });
}
