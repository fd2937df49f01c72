import { formatDuration } from '../../base/duration.ts';
import type { GroupCheck } from './check.ts';

const LOOKBACK_MS = 300_000;

export const longInterval: GroupCheck = {
  name: 'long-interval',
  summary: 'a group that is evaluated less than every five minutes leaves gaps in what it records',
  check: ({ intervalMs, rules }, report) => {
    if (intervalMs === undefined || intervalMs <= LOOKBACK_MS) return;
    const [first] = rules;
    if (first === undefined) return;
    report(
      first,
      `the group is evaluated every ${formatDuration(intervalMs)}; a sample counts for 5m, so that between evaluations its series and its ALERTS are not there`,
    );
  },
};
