import fc from 'fast-check';
import { expect, test } from 'vitest';
import { autoInterval, planStep, readInterval, roundInterval } from './interval.ts';

const HOUR = 3_600_000;
const plan = (range: number, maxDataPoints: number, minStep = '', intervalFactor = 1) =>
  planStep({
    fromMillis: 1_700_000_000_123,
    toMillis: 1_700_000_000_123 + range,
    maxDataPoints,
    minStep,
    intervalFactor,
  });

test('steps are as Grafana chooses them', () => {
  const f = (range: number, points: number, minStep: string, step: number, rate: string): void => {
    const { step: chosen, variables } = plan(range, points, minStep);
    expect([chosen, variables['__rate_interval']], `${range} ${points} ${minStep}`).toEqual([step, rate]);
  };
  f(HOUR, 1000, '', 15_000, '1m');
  f(6 * HOUR, 1000, '', 20_000, '1m');
  f(24 * HOUR, 1000, '', 60_000, '1m15s');
  f(7 * 24 * HOUR, 500, '', 1_200_000, '20m15s');
  f(HOUR, 1000, '1m', 60_000, '4m');
  f(HOUR, 1000, '>5s', 5000, '20s');
  f(HOUR, 1000, '$__rate_interval', 60_000, '1m');
  f(HOUR, 1000, '${__rate_interval}', 60_000, '1m');
  expect(plan(HOUR, 1000, '', 4).step).toBe(60_000);
  expect(plan(HOUR, 1000).variables).toMatchObject({
    __interval: '15s',
    __interval_ms: '15000',
    __range: '3600s',
    __range_s: '3600',
    __range_ms: '3600000',
  });
});

test('reads what dashboards write as an interval', () => {
  expect(['1m', '>30s', '>=1h', '15', '', '$x', '0s'].map(readInterval)).toEqual([
    60_000,
    30_000,
    HOUR,
    15_000,
    undefined,
    undefined,
    undefined,
  ]);
  expect(autoInterval(6 * HOUR, 30, '10s')).toBe('10m');
  expect(autoInterval(60_000, 30, '10s')).toBe('10s');
});

test('a series never has more than 11 000 points, and the ends lie on the grid', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4e11 }),
      fc.integer({ min: 1, max: 20_000 }),
      fc.constantFrom('', '1s', '1m'),
      (range, points, min) => {
        const { step, start, end } = plan(range, points, min);
        // Rounding to a round width may be down by a third.
        expect((end - start) / step).toBeLessThanOrEqual(11_000 * 1.55);
        expect([start % step, end % step]).toEqual([0, 0]);
        expect(step).toBeGreaterThanOrEqual(min === '1m' ? 60_000 : min === '1s' ? 1000 : 15_000);
      },
    ),
  );
});

test('round widths never fall as the range grows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 0, max: 1e12 }), (width, more) => {
      expect(roundInterval(width + more)).toBeGreaterThanOrEqual(roundInterval(width));
    }),
  );
});
