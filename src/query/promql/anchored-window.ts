// resets and changes count from the sample at or before an anchored window's start.
import type { RangeWindow } from './range-window.ts';

/** Index of the first sample to look at, or -1 when none lies inside the window. */
export function findAnchor(window: RangeWindow): number {
  const { from, to, startMs } = window;
  if (window.extension !== 'anchored') return from;
  let last = from - 1;
  while (last + 1 < to && window.timeAt(last + 1) <= startMs) last++;
  if (last + 1 >= to) return -1;
  return Math.max(last, from);
}
