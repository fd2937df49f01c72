import { expect, test } from 'vitest';
import { parseDuration, parseTimePoint } from './time-point.ts';

const NOW = 1_795_254_600_000_000_000n;
const point = (text: string): bigint | string => {
  const result = parseTimePoint(text, NOW);
  return result.ok ? result.value : result.error;
};

test.each([
  ['now', NOW],
  ['now-1h', NOW - 3_600_000_000_000n],
  ['now-1h30m', NOW - 5_400_000_000_000n],
  ['now+5s', NOW + 5_000_000_000n],
  ['1732182000123456789', 1_732_182_000_123_456_789n],
  ['-1', -1n],
  ['1970-01-01T00:00:00Z', 0n],
  ['2024-11-21T09:40:00.123456789Z', 1_732_182_000_123_456_789n],
  ['2024-11-21T17:40:00.1+08:00', 1_732_182_000_100_000_000n],
  ['2024-11-21 15:25:00+05:45', 1_732_182_000_000_000_000n],
])('%s', (text, nanos) => expect(point(text)).toBe(nanos));

test.each([
  '',
  'yesterday',
  'now-',
  'now-5',
  'now-1x',
  '2024-11-21T09:40:00',
  '2024-13-41T00:00:00Z',
  '9999-01-01T00:00:00Z',
  '12345678901234567890',
])('refuses %j', (text) => expect(point(text)).toContain('expected RFC 3339'));

test.each([
  ['250ms', 250_000_000n],
  ['1.5s', 1_500_000_000n],
  ['0.000000001s', 1n],
  ['1h30m', 5_400_000_000_000n],
  ['2d', 172_800_000_000_000n],
  ['17', 17n],
])('duration %s', (text, nanos) => expect(parseDuration(text)).toEqual({ ok: true, value: nanos }));

test('refuses what is no duration', () => {
  expect(parseDuration('5 minutes')).toEqual({
    ok: false,
    error: 'expected a duration such as 250ms, 1.5s or 1h30m, got "5 minutes"',
  });
});
