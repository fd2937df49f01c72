import { expect, test } from 'vitest';
import { BlockInterval } from './block-interval.ts';

/** Seconds that blocks stay open with so many MiB of samples, or so many other rows. */
function secondsOpen(interval: BlockInterval, blocks: readonly number[], ofSamples = false): number[] {
  return blocks.map((size) => {
    let seconds = 0;
    while (!interval.isOver(0, seconds * 1000)) seconds++;
    interval.closed(ofSamples ? size << 20 : 1000, ofSamples ? 0 : size);
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
  expect(secondsOpen(interval, [2, 4, 8, 24, 400, 0], true)).toEqual([1, 2, 4, 6, 3, 1]);
  expect(secondsOpen(interval, [5, 10_000])).toEqual([2, 4]);
});

test('what else there is in a block of many samples is wanted soon', () => {
  const interval = new BlockInterval();
  interval.closed(2 << 20, 0);
  interval.closed(2 << 20, 100_000);
  expect(secondsOpen(interval, [10])).toEqual([1]);
});
