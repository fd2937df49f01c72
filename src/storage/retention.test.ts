import { expect, test } from 'vitest';
import { isExpired } from './clickhouse/partitions.ts';

const DAY = 86_400_000;

test('a partition is over when its youngest row is', () => {
  const policy = {
    classes: [
      { logs: 2 * DAY, traces: DAY, metrics: 5 * DAY },
      { logs: DAY, traces: DAY, metrics: DAY },
    ],
  };
  const at = (retained: Parameters<typeof isExpired>[0]['retained'], now: number, retention = 0): boolean =>
    isExpired({ retained, day: 100, retention }, policy, now);
  expect(at('logs', 103 * DAY - 1)).toBe(false);
  expect(at('logs', 103 * DAY)).toBe(true);
  expect(at('traces', 102 * DAY)).toBe(true);
  expect(at('logs-traces', 102 * DAY)).toBe(false);
  expect(at('all', 105 * DAY)).toBe(false);
  expect(at('all', 106 * DAY)).toBe(true);
  expect(at('metrics', 102 * DAY, 1)).toBe(true);
  expect(at('logs', 103 * DAY, 9)).toBe(true);
  expect(at('forever', 1000 * DAY)).toBe(false);
});
