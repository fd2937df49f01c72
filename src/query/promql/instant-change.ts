// irate and idelta: the change between the last two samples of a window.
import { isStartTimeReset } from './extrapolated-rate.ts';
import type { RangeWindow } from './range-window.ts';

/** The change, or for a counter the change a second; a reset counter began at zero. */
export function computeInstantChange(window: RangeWindow, isRate: boolean): boolean {
  const last = window.to - 1;
  const before = last - 1;
  if (before < window.from) return false;
  const elapsed = window.timeAt(last) - window.timeAt(before);
  if (elapsed === 0) return false;
  const value = window.valueAt(last);
  const { startTimes } = window;
  const isReset =
    isRate &&
    (value < window.valueAt(before) ||
      (startTimes !== undefined &&
        isStartTimeReset(startTimes[before] ?? 0, window.timeAt(before), startTimes[last] ?? 0, window.timeAt(last))));
  const change = isReset ? value : value - window.valueAt(before);
  window.result = isRate ? change / (elapsed / 1000) : change;
  return true;
}
