import { findAnchor } from '../anchored-window.ts';
import { isStartTimeReset } from '../extrapolated-rate.ts';
import type { RangeFunction } from '../function.ts';

export const resetsFunction: RangeFunction = {
  kind: 'range',
  name: 'resets',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'how often a counter was reset',
  extensions: ['anchored'],
  usesStartTimes: true,
  compute: (window) => {
    const first = findAnchor(window);
    if (first === -1) return false;
    const { startTimes } = window;
    let resets = 0;
    for (let i = first + 1; i < window.to; i++) {
      const time = window.timeAt(i);
      const before = window.timeAt(i - 1);
      const isRestarted =
        startTimes !== undefined && isStartTimeReset(startTimes[i - 1] ?? 0, before, startTimes[i] ?? 0, time);
      if (isRestarted || window.valueAt(i) < window.valueAt(i - 1)) resets++;
    }
    window.result = resets;
    return true;
  },
};
