// The checks that need a server. A new one is a file in this folder and one line in the list.
import type { Finding } from '../../../query/promql/lint/check.ts';
import { absentMetric } from './absent-metric.ts';
import { alertCount } from './alert-count.ts';
import { beyondRetention } from './beyond-retention.ts';
import { labelConflict, unknownExternalLabel } from './external-labels.ts';
import { heavyQuery } from './heavy-query.ts';
import type { LiveCheck, LiveSubject } from './live-check.ts';
import type { LiveMetrics } from './live-metrics.ts';
import { noPartner } from './no-partner.ts';
import { shortWindow } from './short-window.ts';
import { counterByType, rateOfGauge } from './type-of-metric.ts';

export const liveChecks: readonly LiveCheck[] = [
  absentMetric,
  alertCount,
  beyondRetention,
  counterByType,
  heavyQuery,
  labelConflict,
  noPartner,
  rateOfGauge,
  shortWindow,
  unknownExternalLabel,
];

/** Everything that the checks say of one expression, in the order of the places. Rejects when the server cannot be asked. */
export async function lintLive(subject: LiveSubject, live: LiveMetrics): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, check } of liveChecks)
    await check(subject, live, (message, range, fix) => findings.push({ check: name, message, range, fix }));
  return findings.toSorted((left, right) => left.range.start - right.range.start);
}
