// How the levels are written and coloured; the letters say the same as the colour.
import type { SeverityGroup } from '../../api/logs.ts';

export interface SeverityLook {
  readonly level: SeverityGroup;
  /** Three letters that stand in a log line. */
  readonly mark: string;
  readonly color: string;
}

/** From the least to the most serious: also the order of the histogram's layers. */
export const severityLooks: readonly SeverityLook[] = [
  { level: 'unknown', mark: '···', color: 'var(--bar-faint)' },
  { level: 'trace', mark: 'TRC', color: 'var(--bar-faint)' },
  { level: 'debug', mark: 'DBG', color: 'var(--bar-faint)' },
  { level: 'info', mark: 'INF', color: 'var(--bar)' },
  { level: 'warn', mark: 'WRN', color: 'var(--warning)' },
  { level: 'error', mark: 'ERR', color: 'var(--error-solid)' },
  { level: 'fatal', mark: 'FTL', color: 'var(--error)' },
];

const byLevel = new Map(severityLooks.map((look) => [look.level, look]));

export function severityMark(level: SeverityGroup): string {
  return byLevel.get(level)?.mark ?? '···';
}
