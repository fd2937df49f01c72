import type { Alert, Rule, RuleGroup } from '../../api/rules.ts';
import type { KeptAlert } from '../../alerting/router/kept-alert.ts';
import type { RuleRun } from '../../alerting/rule/rule-group-run.ts';
import { ruleName } from '../../alerting/schedule/group-identity.ts';
import type { ScheduledGroup } from '../../alerting/schedule/scheduled-group.ts';
import { nanosFromMillis } from '../../model/units.ts';
import { printQuery } from '../../query/promql/print.ts';
import type { Handlers } from '../http/handler.ts';
import { stateOf } from '../prometheus-api/endpoints/rules.ts';
import { writeFloat } from '../queries/attributes.ts';
import type { SendQueue } from '../../alerting/alertmanager/send-queue.ts';
import type { RulePlace } from '../../alerting/schedule/rule-world.ts';

/** What the rules and their alerts are now. */
export interface RuleFacts {
  readonly groups: () => readonly ScheduledGroup[];
  readonly alerts: () => readonly KeptAlert[];
  readonly alertsOf: (place: RulePlace) => readonly KeptAlert[];
  readonly problems: () => readonly string[];
  readonly queues: () => readonly SendQueue[];
}

const nanos = (ms: number): string => String(nanosFromMillis(ms));

function describeAlert({ place, sinceMs, activeSinceMs, value, transitions, ...alert }: KeptAlert): Alert {
  const { id, labels, annotations, state } = alert;
  return {
    id,
    file: place.file,
    group: place.group,
    rule: place.rule,
    labels,
    annotations,
    state,
    since: nanos(sinceMs),
    activeSince: nanos(activeSinceMs),
    value: writeFloat(value),
    transitions: transitions.map((one) => ({ state: one.state, time: nanos(one.atMs), value: writeFloat(one.value) })),
  };
}

function describeRule(group: ScheduledGroup, run: RuleRun, facts: RuleFacts): Rule {
  const { rule, query, labels } = run.compiled;
  const isAlerting = rule.kind === 'alerting';
  const annotations = isAlerting ? [...rule.annotations].map(([name, { text }]) => [name, text] as const) : [];
  return {
    name: ruleName(run.compiled),
    kind: rule.kind,
    query: printQuery(query.expression),
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
    for: isAlerting ? rule.forMs / 1000 : 0,
    keepFiringFor: isAlerting ? rule.keepFiringForMs / 1000 : 0,
    ...(isAlerting ? { state: stateOf(run) } : {}),
    health: run.health,
    ...(run.error === undefined ? {} : { reason: run.error }),
    ...(run.lastEvaluationMs === undefined ? {} : { lastEvaluation: nanos(run.lastEvaluationMs) }),
    duration: run.durationMs / 1000,
    samples: run.samples,
    alerts: isAlerting ? facts.alertsOf(group.placeOf(run)).map(describeAlert) : [],
  };
}

function describeGroup(group: ScheduledGroup, facts: RuleFacts): RuleGroup {
  const { name, limit, queryOffsetMs } = group.run.group;
  const { lastEvaluationMs, durationMs, iterations, missed } = group.statistics;
  return {
    file: group.file,
    name,
    interval: group.intervalMs / 1000,
    queryOffset: queryOffsetMs / 1000,
    limit,
    ...(lastEvaluationMs === undefined ? {} : { lastEvaluation: nanos(lastEvaluationMs) }),
    duration: durationMs / 1000,
    iterations,
    missed,
    rules: group.run.rules.map((run) => describeRule(group, run, facts)),
  };
}

export function rulesHandlers(facts: RuleFacts): Pick<Handlers, 'listRules' | 'listAlerts'> {
  return {
    listRules() {
      return Promise.resolve({
        groups: facts.groups().map((group) => describeGroup(group, facts)),
        problems: [...facts.problems()],
        alertmanagers: facts.queues().map(({ url, statistics }) => {
          const { lastError, ...counts } = statistics;
          return { url, ...counts, ...(lastError === undefined ? {} : { lastError }) };
        }),
      });
    },

    listAlerts({ query }) {
      const alerts = facts.alerts().filter(({ state }) => query.state === undefined || state === query.state);
      const truncated = alerts.length > query.limit;
      return Promise.resolve({ alerts: alerts.slice(0, query.limit).map(describeAlert), truncated });
    },
  };
}
