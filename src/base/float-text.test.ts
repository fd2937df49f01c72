import { expect, test } from 'vitest';
import { formatFloatPlain, formatFloatShortest, formatOpenMetricsFloat, parseFloatText } from './float-text.ts';

test('writes numbers as Go does', () => {
  const f = (value: number, plain: string, shortest: string, open: string): void =>
    expect([formatFloatPlain(value), formatFloatShortest(value), formatOpenMetricsFloat(value)]).toEqual([
      plain,
      shortest,
      open,
    ]);
  f(0, '0', '0', '0.0');
  f(-0, '-0', '-0', '-0.0');
  f(1, '1', '1', '1.0');
  f(100000, '100000', '100000', '100000.0');
  f(1e6, '1000000', '1e+06', '1e+06');
  f(1.5e21, '1500000000000000000000', '1.5e+21', '1.5e+21');
  f(123456789.25, '123456789.25', '1.2345678925e+08', '1.2345678925e+08');
  f(1e-4, '0.0001', '0.0001', '0.0001');
  f(-1.25e-9, '-0.00000000125', '-1.25e-09', '-1.25e-09');
  f(Infinity, '+Inf', '+Inf', '+Inf');
  f(NaN, 'NaN', 'NaN', 'NaN');
});

test('reads numbers as Go does', () => {
  const good: [string, number][] = [
    ['1', 1],
    ['+5', 5],
    ['5.', 5],
    ['.5', 0.5],
    ['-1e-3', -0.001],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', NaN],
    ['9007199254740993', 9007199254740992],
  ];
  for (const [text, value] of good) expect(parseFloatText(text), text).toBe(value);
  for (const text of ['', '.', 'e5', '1e', '0x1', '1_0', '+nan', '1e999', ' 1', '1 ', 'infi'])
    expect(parseFloatText(text), text).toBeUndefined();
});
