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

test('samples, which are seen before they are inserted, gather until they are enough', () => {
  const interval = new BlockInterval();
  expect(secondsOpen(interval, [50_000, 100_000, 200_000, 600_000, 10_000_000, 1], true)).toEqual([1, 2, 4, 6, 3, 1]);
  expect(secondsOpen(interval, [50_000, 10_000])).toEqual([2, 1]);
});

test('what else there is in a block of many samples is wanted soon', () => {
  const interval = new BlockInterval();
  interval.closed(50_000, 0);
  interval.closed(50_000, 100_000);
  expect(secondsOpen(interval, [10])).toEqual([1]);
});
