// rate, increase and delta: the change between the first and the last sample of a window, stretched to the window's bounds where
// the series seems to reach beyond them, or, with anchored and smoothed, measured at the bounds themselves.
import type { RangeWindow } from './range-window.ts';
import type { SeriesWalk } from './series-walk.ts';
import { reachTowards } from './window-bounds.ts';

/** A counter was started anew between two samples, as their start times tell. 0 is "not known", as is a start at the sample's own time. */
export function isStartTimeReset(
  previousStart: number,
  previousTime: number,
  currentStart: number,
  currentTime: number,
): boolean {
  if (previousStart === currentStart || currentStart === 0 || currentStart >= currentTime) return false;
  if (currentStart !== previousTime) return currentStart > previousTime;
  // The start is the sample before: a reset for a delta, but not where starts are not known.
  if (previousStart > previousTime) return false;
  return previousStart !== 0 && previousStart !== previousTime;
}

function hasReset(window: RangeWindow, index: number): boolean {
  if (window.valueAt(index) < window.valueAt(index - 1)) return true;
  const { startTimes } = window;
  if (startTimes === undefined) return false;
  return isStartTimeReset(
    startTimes[index - 1] ?? 0,
    window.timeAt(index - 1),
    startTimes[index] ?? 0,
    window.timeAt(index),
  );
}

/** Warns when a sample claims to have begun before the one ahead of it ended. */
function checkOverlap(window: RangeWindow): void {
  const { startTimes, from, to, metricName } = window;
  if (startTimes === undefined) return;
  for (let i = from + 1; i < to; i++) {
    const start = startTimes[i] ?? 0;
    if (start === 0 || start >= window.timeAt(i - 1) || start === startTimes[i - 1]) continue;
    window.annotate({
      level: 'warning',
      text: `sample has start time that overlaps with previous sample timestamp for metric ${JSON.stringify(metricName)}`,
      range: window.selectorRange,
      detail: occurrences(1),
    });
    return;
  }
}

interface Occurrences {
  readonly count: number;
  merge(earlier: Occurrences): Occurrences;
  show(): string;
}

function occurrences(count: number): Occurrences {
  return {
    count,
    merge: (earlier) => occurrences(earlier.count + count),
    show: () => (count > 1 ? ` (${count} occurrences)` : ''),
  };
}

/** Computes the change over the window, a second when `isRate`; a counter's resets are made up for. */
export function computeExtrapolatedRate(window: RangeWindow, isCounter: boolean, isRate: boolean): boolean {
  if (window.extension !== undefined) return computeExtendedRate(window, isCounter, isRate);
  const { from, to, values, startMs, endMs } = window;
  const last = to - 1;
  const first = values[from] ?? 0;
  const firstTime = window.times[from] as number;
  const lastTime = window.times[last] as number;
  let change = (values[last] ?? 0) - first;
  const startTimes = isCounter ? window.startTimes : undefined;
  if (isCounter) {
    if (startTimes === undefined) {
      for (let i = from + 1; i < to; i++) {
        const previous = values[i - 1] as number;
        if ((values[i] as number) < previous) change += previous;
      }
    } else {
      checkOverlap(window);
      for (let i = from + 1; i < to; i++) if (hasReset(window, i)) change += values[i - 1] ?? 0;
    }
  }
  const seconds = isRate ? window.rangeMs / 1000 : 1;
  const begun = startTimes?.[from] ?? 0;
  if (begun !== 0 && begun > startMs && begun < firstTime) {
    const factor = sinceBegin(begun, firstTime, lastTime, last - from, endMs);
    window.result = (change + first) * (factor / seconds);
    return true;
  }
  if (last === from) return false;
  window.result =
    change * (extrapolate(change, first, firstTime, lastTime, last - from, startMs, endMs, isCounter) / seconds);
  return true;
}

/** By how much to stretch the change of a counter that began inside of the window: it was zero then, nothing is to guess on the left. */
function sinceBegin(begun: number, firstTime: number, lastTime: number, intervals: number, endMs: number): number {
  const sampled = (lastTime - begun) / 1000;
  const gap = intervals > 0 ? (lastTime - firstTime) / 1000 / intervals : 0;
  const toEnd = reachTowards((endMs - lastTime) / 1000, gap);
  return sampled === 0 ? 1 : (sampled + toEnd) / sampled;
}

/** By how much to stretch the change between two samples, `intervals` apart, to reach the bounds of the window. */
function extrapolate(
  change: number,
  first: number,
  firstTime: number,
  lastTime: number,
  intervals: number,
  startMs: number,
  endMs: number,
  isCounter: boolean,
): number {
  const sampled = (lastTime - firstTime) / 1000;
  const gap = sampled / intervals;
  let toStart = reachTowards((firstTime - startMs) / 1000, gap);
  const toEnd = reachTowards((endMs - lastTime) / 1000, gap);
  if (isCounter && change > 0 && first >= 0) {
    // A counter cannot have been below zero.
    const toZero = sampled * (first / change);
    if (toZero < toStart) toStart = toZero;
  }
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
}

/** All windows of a series that are neither extended nor know start times, in one loop. False when nothing comes out. */
export function walkExtrapolatedRate(walk: SeriesWalk, isCounter: boolean, isRate: boolean): boolean {
  const { values, results, present, offset, bounds } = walk;
  const { steps, rangeMs } = walk.windows;
  const { sampled, toStart, toEnd, factor, factorASecond } = bounds.stretches;
  const factors = isRate ? factorASecond : factor;
  const falls = isCounter ? walk.findFalls() : undefined;
  const seconds = isRate ? rangeMs / 1000 : 1;
  let found = false;
  for (let step = 0; step < steps; step++) {
    const from = bounds.from[step] as number;
    const last = (bounds.to[step] as number) - 1;
    if (last <= from) continue;
    const first = values[from] as number;
    let change = (values[last] as number) - first;
    if (falls !== undefined && (falls[last] as number) > from) {
      for (let i = from + 1; i <= last; i++) {
        const previous = values[i - 1] as number;
        if ((values[i] as number) < previous) change += previous;
      }
    }
    let stretch = factors[step] as number;
    const between = sampled[step] as number;
    const before = toStart[step] as number;
    // A counter cannot have been below zero; one that began far above it, as most did, needs no division to tell.
    if (isCounter && change > 0 && first >= 0 && (first < change || before > between)) {
      const toZero = between * (first / change);
      if (toZero < before) stretch = (between + toZero + (toEnd[step] as number)) / between / seconds;
    }
    results[offset + step] = change * stretch;
    present[offset + step] = 1;
    found = true;
  }
  return found;
}

/** First index in [from, to) for which `time` is beyond `limit` (or at it, when `inclusive`); `to` when none is. */
function searchTime(window: RangeWindow, from: number, to: number, limit: number, inclusive: boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    const time = window.timeAt(middle);
    if (inclusive ? time >= limit : time > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The value at `time` on the line between two samples; a counter that was reset in between starts from zero. */
export function interpolate(
  window: RangeWindow,
  left: number,
  right: number,
  time: number,
  isCounter: boolean,
): number {
  const rightValue = window.valueAt(right);
  const leftValue = isCounter && rightValue < window.valueAt(left) ? 0 : window.valueAt(left);
  const leftTime = window.timeAt(left);
  return leftValue + ((rightValue - leftValue) * (time - leftTime)) / (window.timeAt(right) - leftTime);
}

/** Where an extended window begins and ends, and the values there; `undefined` when no sample lies behind its start. */
export interface ExtendedBounds {
  readonly first: number;
  readonly last: number;
  readonly left: number;
  readonly right: number;
}

/** Finds the samples at the borders of an `anchored` or `smoothed` window. */
export function findExtendedBounds(window: RangeWindow, isCounter: boolean): ExtendedBounds | undefined {
  const { from, to, startMs, endMs } = window;
  const smoothed = window.extension === 'smoothed';
  let last = to - 1;
  const first = Math.max(from, searchTime(window, from, last, startMs, false) - 1);
  if (smoothed) last = searchTime(window, from, last, endMs, true);
  if (window.timeAt(last) <= startMs) return undefined;
  const left =
    smoothed && window.timeAt(first) < startMs
      ? interpolate(window, first, first + 1, startMs, isCounter)
      : window.valueAt(first);
  const right =
    smoothed && last > from && window.timeAt(last) > endMs
      ? interpolate(window, last - 1, last, endMs, isCounter)
      : window.valueAt(last);
  return { first, last, left, right };
}

function computeExtendedRate(window: RangeWindow, isCounter: boolean, isRate: boolean): boolean {
  const bounds = findExtendedBounds(window, isCounter);
  if (bounds === undefined) return false;
  const { left, right } = bounds;
  let { first, last } = bounds;
  if (window.extension === 'smoothed' && window.timeAt(first) > window.endMs) return false;
  let change = right - left;
  if (isCounter) {
    if (window.timeAt(first) <= window.startMs) first++;
    if (window.timeAt(last) >= window.endMs) last--;
    let previous = left;
    for (let i = first; i <= last; i++) {
      const value = window.valueAt(i);
      if (value < previous) change += previous;
      previous = value;
    }
    if (right < previous) change += previous;
  }
  window.result = isRate ? change / (window.rangeMs / 1000) : change;
  return true;
}
