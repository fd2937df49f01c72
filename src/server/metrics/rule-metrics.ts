// What the rules say of themselves at /metrics, by Prometheus' names with holter_ in front.
import type { GroupStatistics, ScheduledGroup } from '../../alerting/schedule/scheduled-group.ts';
import { QUEUE_CAPACITY, type QueueStatistics } from '../../alerting/alertmanager/send-queue.ts';
import type { RuleService } from '../rules/rule-service.ts';
import type { MetricRegistry } from './metric-registry.ts';

const counters: readonly (readonly [name: string, help: string, field: keyof GroupStatistics])[] = [
  ['holter_rule_evaluations_total', 'Evaluations of rules', 'evaluations'],
  ['holter_rule_evaluation_failures_total', 'Evaluations of rules that failed', 'failures'],
  [
    'holter_rule_evaluations_unknown_total',
    'Evaluations of rules that could not be made because their inputs were incomplete',
    'unknown',
  ],
  ['holter_rule_group_iterations_total', 'Evaluations of groups that were due, made or missed', 'iterations'],
  ['holter_rule_group_iterations_missed_total', 'Evaluations of groups that were missed', 'missed'],
];

const gauges: readonly (readonly [name: string, help: string, read: (group: ScheduledGroup) => number | undefined])[] =
  [
    ['holter_rule_group_interval_seconds', 'Interval of a group', ({ intervalMs }) => intervalMs / 1000],
    ['holter_rule_group_rules', 'Rules of a group', ({ run }) => run.rules.length],
    [
      'holter_rule_group_last_evaluation_timestamp_seconds',
      'When a group was evaluated last',
      ({ statistics }) => (statistics.lastEvaluationMs === undefined ? undefined : statistics.lastEvaluationMs / 1000),
    ],
    [
      'holter_rule_group_last_duration_seconds',
      'How long the last evaluation of a group took',
      ({ statistics }) => statistics.durationMs / 1000,
    ],
    [
      'holter_rule_group_last_evaluation_samples',
      'Samples that the last evaluation of a group gave',
      ({ run }) => run.rules.reduce((sum, { samples }) => sum + samples, 0),
    ],
    [
      'holter_rule_group_last_restore_duration_seconds',
      'How long it took to restore the alerts of a group after the start',
      ({ statistics }) => (statistics.restoreMs === undefined ? undefined : statistics.restoreMs / 1000),
    ],
  ];

const notifications: readonly (readonly [
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  field: Exclude<keyof QueueStatistics, 'lastError'>,
])[] = [
  ['counter', 'holter_notifications_sent_total', 'Alerts that an Alertmanager took', 'sent'],
  ['counter', 'holter_notifications_errors_total', 'Alerts that could not be sent', 'errors'],
  ['counter', 'holter_notifications_dropped_total', 'Alerts that were given up', 'dropped'],
  ['gauge', 'holter_notifications_queue_length', 'Alerts that wait to be sent', 'waiting'],
];

export function addRuleMetrics(registry: MetricRegistry, { manager, alertmanagers, router }: RuleService): void {
  for (const [name, help, field] of counters)
    registry.reading('counter', name, help, ['rule_group'], () =>
      manager.groups.map((group) => [[group.key], group.statistics[field] ?? 0]),
    );
  for (const [name, help, read] of gauges)
    registry.reading('gauge', name, help, ['rule_group'], () =>
      manager.groups.flatMap((group) => {
        const value = read(group);
        return value === undefined ? [] : [[[group.key], value] as const];
      }),
    );
  for (const [type, name, help, field] of notifications)
    registry.reading(type, name, help, ['alertmanager'], () =>
      alertmanagers.sender.queues.map(({ url, statistics }) => [[url], statistics[field]]),
    );
  registry.reading('gauge', 'holter_notifications_queue_capacity', 'Alerts that may wait', [], () => [
    [[], QUEUE_CAPACITY],
  ]);
  registry.reading('gauge', 'holter_notifications_alertmanagers_discovered', 'Alertmanagers that are found', [], () => [
    [[], alertmanagers.sender.queues.length],
  ]);
  registry.reading('gauge', 'holter_alerts', 'Alerts by their state', ['state'], () =>
    ['pending', 'firing'].map((state) => [[state], router.alerts.filter((alert) => alert.state === state).length]),
  );
}
