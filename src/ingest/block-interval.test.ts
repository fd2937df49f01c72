import { expect, test } from 'vitest';
import { BlockInterval } from './block-interval.ts';

/** Seconds that blocks with these row counts stay open. */
function secondsOpen(interval: BlockInterval, rows: readonly number[]): number[] {
  return rows.map((count) => {
    let seconds = 0;
    while (!interval.isOver(0, seconds * 1000)) seconds++;
    interval.closed(count);
    return seconds;
  });
}

test('a block closes after a second, later and later while little comes, and soon again after a pause or a burst', () => {
  const interval = new BlockInterval();
  expect(secondsOpen(interval, [10, 10, 10, 10, 10, 100_000, 10])).toEqual([1, 2, 4, 8, 10, 10, 1]);
  interval.reset();
  expect(secondsOpen(interval, [10])).toEqual([1]);
});
