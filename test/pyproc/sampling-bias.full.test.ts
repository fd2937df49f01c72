// The whole sweep at 1 kHz: a straight line, no point more than two percent off.
import { expect, test } from 'vitest';
import { needPython } from '../support/python-target.ts';
import { recordShares } from '../support/shares.ts';

const SHARES = [5, 20, 35, 50, 65, 80, 95];
const SECONDS = 10;

// One of each way to keep frames: heap objects, the data stack, debug offsets.
test.for(['3.8', '3.11', '3.13'])('5 % to 95 % on Python %s', async (version, context) => {
  const points: { truth: number; seen: number }[] = [];
  for (const percent of SHARES) {
    const { seen, truth } = await recordShares(
      needPython(context, version),
      { percent, depths: [2, 50] },
      1000,
      SECONDS,
    );
    points.push({ truth, seen });
    expect(Math.abs(seen - truth), `${percent} %`).toBeLessThanOrEqual(2);
  }
  const middle = 50;
  const slope =
    points.reduce((sum, { truth, seen }) => sum + (truth - middle) * (seen - middle), 0) /
    points.reduce((sum, { truth }) => sum + (truth - middle) ** 2, 0);
  expect(Math.abs(slope - 1)).toBeLessThanOrEqual(0.02);
});
