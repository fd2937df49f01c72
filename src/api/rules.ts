// Rules and their alerts, with what the Prometheus API does not tell: what was missed, what is not known, and how alerts changed.
import { z } from 'zod';
import { labels, nanos } from './common.ts';

export const alertStates = ['pending', 'firing', 'inactive'] as const;

export const alertTransition = z
  .object({ state: z.enum(alertStates), time: nanos, value: z.union([z.number(), z.string()]) })
  .meta({ id: 'AlertTransition' });
export type AlertTransition = z.infer<typeof alertTransition>;

export const alert = z
  .object({
    /** Of rule and labels; the same after a restart. */
    id: z.string(),
    file: z.string(),
    group: z.string(),
    rule: z.string(),
    labels,
    annotations: labels,
    state: z.enum(alertStates),
    /** Since when it is in this state. */
    since: nanos,
    /** Since when the expression has given it. */
    activeSince: nanos,
    /** NaN, Infinity and -Infinity as texts. */
    value: z.union([z.number(), z.string()]),
    /** The newest last. */
    transitions: z.array(alertTransition),
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alert>;

export const alertsQuery = z
  .object({
    state: z.enum(alertStates).optional(),
    limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  })
  .meta({ id: 'AlertsQuery' });
export const alertsResponse = z
  .object({ alerts: z.array(alert), truncated: z.boolean() })
  .meta({ id: 'AlertsResponse' });
export type AlertsResponse = z.infer<typeof alertsResponse>;

export const rule = z
  .object({
    name: z.string(),
    kind: z.enum(['alerting', 'recording']),
    query: z.string(),
    labels,
    annotations: labels,
    /** Seconds. */
    for: z.number(),
    keepFiringFor: z.number(),
    /** The worst of its alerts; `unknown` before the first evaluation. */
    state: z.enum(['unknown', 'inactive', 'pending', 'firing']).optional(),
    /** `unknown`: not evaluated yet, or its inputs were incomplete. */
    health: z.enum(['unknown', 'ok', 'err']),
    /** Why the last evaluation failed, or could not be made. */
    reason: z.string().optional(),
    lastEvaluation: nanos.optional(),
    /** Seconds that the last evaluation took. */
    duration: z.number(),
    /** Samples that it gave. */
    samples: z.number(),
    /** With their history; the newest change first. */
    alerts: z.array(alert),
  })
  .meta({ id: 'Rule' });
export type Rule = z.infer<typeof rule>;

export const ruleGroup = z
  .object({
    file: z.string(),
    name: z.string(),
    /** Seconds. */
    interval: z.number(),
    queryOffset: z.number(),
    /** 0: none. */
    limit: z.number(),
    lastEvaluation: nanos.optional(),
    duration: z.number(),
    /** Evaluations that were due since the start, and those that could not be in time. */
    iterations: z.number(),
    missed: z.number(),
    rules: z.array(rule),
  })
  .meta({ id: 'RuleGroup' });
export type RuleGroup = z.infer<typeof ruleGroup>;

export const rulesResponse = z
  .object({
    groups: z.array(ruleGroup),
    /** What is wrong with rule files, which are left out: FILE:LINE:COLUMN: … */
    problems: z.array(z.string()),
    alertmanagers: z.array(
      z.object({
        url: z.string(),
        sent: z.number(),
        errors: z.number(),
        dropped: z.number(),
        waiting: z.number(),
        lastError: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'RulesResponse' });
export type RulesResponse = z.infer<typeof rulesResponse>;
