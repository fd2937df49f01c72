import { expect, test } from 'vitest';
import { isExpired } from './clickhouse/partitions.ts';
import { defaultRetention, parseRetention } from './retention.ts';

const DAY = 86_400_000;

test('a retention names signals and times', () => {
  expect(parseRetention('logs=7d, traces=36h,metrics=1y')).toEqual({
    ok: true,
    value: { logs: 7 * DAY, traces: 1.5 * DAY, metrics: 365 * DAY },
  });
  expect(parseRetention('traces=2w')).toMatchObject({
    ok: true,
    value: { logs: defaultRetention.logs, traces: 14 * DAY },
  });
});

test.each(['logs', 'logs=7', 'log=7d', 'logs=-1d', 'logs=0d', 'logs=7d;traces=3d'])(
  '%s is refused with what is expected',
  (text) => {
    const result = parseRetention(text);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error).toMatch(/expected .* got "/);
  },
);

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
