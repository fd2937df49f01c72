import { formatDuration } from '../../base/duration.ts';
import type { GroupCheck } from './check.ts';

export const forBelowInterval: GroupCheck = {
  name: 'for-below-interval',
  summary:
    'a "for" that is shorter than the interval of its group has no effect but to delay the alert by one evaluation',
  check: ({ intervalMs, rules }, report) => {
    if (intervalMs === undefined) return;
    for (const compiled of rules) {
      const { rule } = compiled;
      if (rule.kind !== 'alerting' || rule.forMs === 0 || rule.forMs >= intervalMs) continue;
      report(
        compiled,
        `the alert waits ${formatDuration(rule.forMs)}, and its group is evaluated every ${formatDuration(intervalMs)}: it fires at the second evaluation whatever "for" says`,
      );
    }
  },
};
