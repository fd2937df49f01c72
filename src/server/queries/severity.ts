import { severityGroups, type SeverityGroup } from '../../api/logs.ts';
import type { Predicate } from '../../storage/ports/plan.ts';

const GROUP_SIZE = 4;

/** The group of an OpenTelemetry severity number. */
export function severityGroupOf(severity: number): SeverityGroup {
  return severityGroups[Math.ceil(Math.min(Math.max(severity, 0), 24) / GROUP_SIZE)] ?? 'unknown';
}

/** Severity numbers of a group, as a predicate. */
export function severityPredicate(groups: readonly SeverityGroup[]): Predicate {
  const values = groups.flatMap((group) => {
    const index = severityGroups.indexOf(group);
    return index === 0 ? [0] : Array.from({ length: GROUP_SIZE }, (_, offset) => (index - 1) * GROUP_SIZE + 1 + offset);
  });
  return { kind: 'in', field: { kind: 'column', name: 'severity' }, values };
}
