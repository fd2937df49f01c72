// The same process killed again and again, wherever it comes to.
import { expect, test } from 'vitest';
import { POINTS, dieAt } from './killed-runs.ts';

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('life %i with ten kills', { retry: 0 }, async (life) => {
  // Chosen by the life's number, so that a failure can be looked at again.
  let state = life;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
  const runs = Array.from({ length: 10 }, () => [`${POINTS[random(POINTS.length)]}:${1 + random(12)}`]);
  await dieAt(runs.map((run, i) => (i % 3 === 0 ? [...run, 'away'] : run)));
  expect(runs.length).toBe(10);
});
