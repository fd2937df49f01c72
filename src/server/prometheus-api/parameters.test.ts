import { expect, test } from 'vitest';
import { parseTime } from './parameters.ts';
import { unescapeName } from './unescape-name.ts';
import { showSeconds, showValue } from './write-data.ts';

test('times are seconds or RFC 3339', () => {
  const f = (text: string, ms: number): void => expect(parseTime(text), text).toBe(ms);
  f('0', 0);
  f('1435781451.781', 1_435_781_451_781);
  f('1.4357814517812e9', 1_435_781_451_781);
  f('-1.5', -1500);
  f('2015-07-01T20:10:51.781Z', 1_435_781_451_781);
  f('2015-07-01T20:10:51.781999999Z', 1_435_781_451_781);
  f('2015-07-02T04:10:51+08:00', 1_435_781_451_000);
  f('-292273086-05-16T16:47:06Z', -9_223_309_901_257_974);
});

test('anything else is none', () => {
  for (const text of ['', 'now', '2015-07-01', '2015-02-30T00:00:00Z', '2015-07-01T20:10:51', '1e400', 'x1'])
    expect(parseTime(text), text).toBe(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
});

test('values and times as Prometheus prints them', () => {
  expect([1, 1.5, -0, 1e-7, 1.5e-10, 1e21, 123456789012345680000, NaN, Infinity, -Infinity].map(showValue)).toEqual([
    '1',
    '1.5',
    '-0',
    '1e-07',
    '1.5e-10',
    '1e+21',
    '123456789012345680000',
    'NaN',
    '+Inf',
    '-Inf',
  ]);
  expect([0, 1000, 1500, 1005, -1500].map(showSeconds)).toEqual(['0', '1', '1.500', '1.005', '-1.500']);
});

test('names in paths', () => {
  const f = (text: string, name: string): void => expect(unescapeName(text), text).toBe(name);
  f('job', 'job');
  f('U__http_2e_status__code', 'http.status_code');
  f('U___4f60__597d_', '你好');
  f('U__a_zz_', 'U__a_zz_');
  f('U__a_2e', 'U__a_2e');
  f('U__a_d800_', 'U__a_d800_');
});
