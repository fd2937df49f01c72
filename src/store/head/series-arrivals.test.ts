import { expect, test } from 'vitest';
import { SeriesArrivals } from './series-arrivals.ts';

const MINUTE = 60_000;

test('series that came after the filling are new, to the minute', () => {
  const arrivals = new SeriesArrivals();
  // While the index is being filled nothing is new.
  arrivals.note(0, 500);
  arrivals.begin(10 * MINUTE, 1000);
  expect([arrivals.beganMs, arrivals.firstSince(0)]).toEqual([10 * MINUTE, 1000]);
  arrivals.note(11 * MINUTE, 1010);
  arrivals.note(11 * MINUTE + 30_000, 1020);
  arrivals.note(20 * MINUTE, 1020);
  arrivals.note(80 * MINUTE, 1021);
  expect([5, 11, 12, 80, 81].map((minute) => arrivals.firstSince(minute * MINUTE))).toEqual([
    1000, 1000, 1020, 1020, 1021,
  ]);
  // The clock went back.
  arrivals.note(70 * MINUTE, 1030);
  expect(arrivals.firstSince(80 * MINUTE)).toBe(1020);
});

test('a day is remembered', () => {
  const arrivals = new SeriesArrivals();
  arrivals.begin(0, 0);
  for (let minute = 1; minute <= 3000; minute++) arrivals.note(minute * MINUTE, minute);
  expect(arrivals.firstSince((3000 - 24 * 60) * MINUTE)).toBe(3000 - 24 * 60 - 1);
  expect(arrivals.firstSince(0)).toBeGreaterThan(1000);
});
