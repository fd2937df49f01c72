import { expect, test } from 'vitest';
import { BlockInterval } from './block-interval.ts';

/** Seconds that blocks stay open with so many samples, or so many other rows. */
function secondsOpen(interval: BlockInterval, rows: readonly number[], ofSamples = false): number[] {
  return rows.map((count) => {
    let seconds = 0;
    while (!interval.isOver(0, seconds * 1000)) seconds++;
    interval.closed(ofSamples ? count : 0, ofSamples ? 0 : count);
    return seconds;
  });
}

test('a block closes after a second, later and later while little comes, and soon again after a pause or a burst', () => {
  const interval = new BlockInterval();
  expect(secondsOpen(interval, [10, 10, 10, 10, 10, 100_000, 10])).toEqual([1, 2, 4, 8, 10, 10, 1]);
  interval.reset();
  expect(secondsOpen(interval, [10])).toEqual([1]);
});

test('samples, which are seen before they are inserted, gather for longer', () => {
  const interval = new BlockInterval();
  expect(secondsOpen(interval, [50_000, 50_000, 100_000, 50_000], true)).toEqual([1, 2, 4, 1]);
  expect(secondsOpen(interval, [50_000, 10_000])).toEqual([2, 1]);
});
