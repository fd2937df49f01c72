import { expect, test } from 'vitest';
import { choosePalette } from './palette.ts';
import { drawSparkline, formatSeriesTable } from './series-table.ts';

const plain = choosePalette({ isTTY: false }, {});

test('a row a series, labels in columns, wide characters counted', () => {
  const series = [
    { metric: { __name__: 'up', job: '网关', instance: 'a:1' }, value: [1, '1'] },
    { metric: { __name__: 'up', job: 'x\u001b[31m' }, value: [1, '0.25'] },
  ] as const;
  expect(formatSeriesTable(series, plain)).toEqual([
    'metric  instance  job        value',
    'up      a:1       网关           1',
    'up                x\\x1b[31m   0.25',
  ]);
});

test('what a range was like', () => {
  const values = [1, 2, 3, 4].map((value, i) => [i, String(value)] as const);
  expect(formatSeriesTable([{ metric: { job: 'a' }, values }], plain)).toEqual([
    'job  min  avg  max  last',
    'a      1  2.5    4     4  ▁▃▆█',
  ]);
  expect(drawSparkline([1, NaN, 1])).toBe('▁ ▁');
});
