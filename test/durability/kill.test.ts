// A process that is killed at every point where it matters, and started again.
import { describe, test } from 'vitest';
import { POINTS, dieAt } from './killed-runs.ts';

describe('killed while it works', () => {
  test.each(POINTS)('%s', { retry: 0 }, (point) => dieAt([[`${point}:1`], [`${point}:4`]]));
});

describe('killed while it replays', () => {
  const replayPoints = [
    'before read',
    'after block file',
    'before insert',
    'after insert',
    'before delete',
    'after sync',
  ];
  test.each(replayPoints)('%s', { retry: 0 }, (point) => dieAt([['', 'away'], [`${point}:1`], [`${point}:3`]]));
});
