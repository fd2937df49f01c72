// Words of the rules; english.ts takes them in.
import type { ShownState } from '../state/rule-list.ts';

const ruleStates: Readonly<Record<ShownState, string>> = {
  firing: 'Firing',
  pending: 'Pending',
  inactive: 'Inactive',
  wrong: 'Failing',
  recording: 'Recording',
  unknown: 'Unknown',
};

export const rulesEnglish = {
  ruleStates,
  activeSince: 'Since',
  ago: (time: string) => `${time} ago`,
  alertCount: (alerts: string) => `${alerts} active`,
  alerts: 'Alerts',
  annotations: 'Annotations',
  everySpan: (span: string) => `every ${span}`,
  findRule: 'Find a rule',
  firedTimes: (times: string) => `fired ${times} × in this range`,
  firesAfter: (span: string, isAtOnce: boolean) => (isAtOnce ? 'fires at once' : `fires after ${span}`),
  keepsFiring: (span: string) => `keeps firing for ${span}`,
  noRuleFound: 'No rule matches.',
  noRules:
    'There are no rules. Start the server with a rule file, or with a prometheus.yml that names one: holter server prometheus.yml',
  notYet: 'not yet',
  rules: 'Rules',
  state: 'State',
  threshold: 'threshold',
  tookSpan: (span: string) => `took ${span}`,
};
