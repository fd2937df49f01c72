import { expect, test } from 'vitest';
import { cssColor, toneOf } from './color-tone.ts';
import { formatValue } from './format-value.ts';
import { nameSeries } from './legend.ts';
import { readLogSelector } from './log-selector.ts';
import { mapValue, readMappings } from './mappings.ts';
import { reduceValues } from './reducers.ts';
import { buildTable } from './table-frame.ts';
import { colorAt } from './thresholds.ts';

test('values with their units', () => {
  const f = (value: number, unit: string, expected: string, decimals?: number): void =>
    expect(formatValue(value, { unit, decimals }), `${value} ${unit}`).toBe(expected);
  f(1234, 'short', '1.23 K');
  f(0.1234, 'percentunit', '12.3%');
  f(99.95, 'percent', '100.0%', 1);
  f(1536, 'bytes', '1.5 KiB');
  f(1023.9, 'bytes', '1 KiB');
  f(1500, 'decbytes', '1.5 kB');
  f(2, 'mbytes', '2 MiB');
  f(0.5, 'KBs', '500 B/s');
  f(0.0042, 's', '4.2 ms');
  f(59.9999, 's', '1 min');
  f(90, 's', '1.5 min');
  f(1500, 'ms', '1.5 s');
  f(3725, 'dthms', '1:02:05');
  f(12_000, 'hertz', '12 kHz');
  f(0.002, 'watt', '2 mW');
  f(12.5, 'reqps', '12.5 req/s');
  f(1, 'bool_on_off', 'On');
  f(1_700_000_000_000, 'dateTimeAsIso', '2023-11-14 22:13:20');
  f(3.14159, 'suffix:次', '3.14次');
  f(1200, 'currencyCNY', '¥1.2 K');
  f(5, '个/秒', '5 个/秒');
  f(Number.NaN, 's', 'NaN');
  f(Number.NEGATIVE_INFINITY, 'bytes', '-Inf');
  f(-2048, 'bytes', '-2 KiB');
  f(0, 's', '0 s');
});

test('legends name series by their labels', () => {
  const series = [
    { __name__: 'up', job: 'a', method: 'GET' },
    { __name__: 'up', job: 'a', method: 'POST' },
  ];
  expect(nameSeries(series, '{{method}} {{ gone }}', 'x')).toEqual(['GET ', 'POST ']);
  expect(nameSeries(series, '__auto', 'x')).toEqual(['GET', 'POST']);
  expect(nameSeries(series.slice(0, 1), '', 'x')).toEqual(['up{job="a", method="GET"}']);
  expect(nameSeries([{}], '__auto', 'sum(x)')).toEqual(['sum(x)']);
});

test('mappings, thresholds, reducers and colours', () => {
  const rules = readMappings([
    { type: 'value', options: { '0': { text: 'down', color: 'red' } } },
    { type: 'range', options: { from: 1, to: 5, result: { text: 'few' } } },
    { type: 'regex', options: { pattern: '/^9/', result: { text: 'nines' } } },
    { type: 'special', options: { match: 'null+nan', result: { text: '–' } } },
    { type: 1, value: '77', text: 'old' },
  ]);
  expect([0, 3, 99, null, Number.NaN, 77, 50].map((value) => mapValue(rules, value)?.text)).toEqual([
    'down',
    'few',
    'nines',
    '–',
    '–',
    'old',
    undefined,
  ]);
  const thresholds = {
    mode: 'percentage',
    steps: [
      { from: -Infinity, color: 'green' },
      { from: 80, color: 'red' },
    ],
  } as const;
  expect([10, 170].map((value) => colorAt(thresholds, value, 0, 200))).toEqual(['green', 'red']);
  expect(
    ['lastNotNull', 'last', 'mean', 'max', 'sum', 'range', 'delta'].map((name) => reduceValues(name, [1, 5, 2, null])),
  ).toEqual([2, Number.NaN, 8 / 3, 5, 8, 4, 6]);
  expect(
    reduceValues(
      'max',
      Array.from({ length: 300_000 }, (_, place) => place),
    ),
  ).toBe(299_999);
  expect(
    ['green', 'dark-red', '#d44a3a', '#EAB839', 'rgba(237, 129, 40, 0.89)', '#299c46', 'blue', '#888'].map(toneOf),
  ).toEqual(['fine', 'error', 'error', 'warning', 'warning', 'fine', 'other', 'other']);
  expect(['semi-dark-blue', '#bf1b00', 'transparent', 'url(x)'].map(cssColor)).toEqual([
    '#5794f2',
    '#bf1b00',
    undefined,
    undefined,
  ]);
});

test('answers with the same labels are one row of a table', () => {
  const row = (path: string, value: number) => ({ labels: { path }, value, millis: 1 });
  const answers = [
    { refId: 'A', rows: [row('/a', 1), row('/b', 2)] },
    { refId: 'B', rows: [row('/b', 3)] },
  ];
  const table = buildTable(answers, { renamed: { 'Value #A': 'now' }, hidden: ['Time'], order: ['Value #B'] });
  expect(table.columns.map(({ shown }) => shown)).toEqual(['Value #B', 'path', 'now']);
  expect(table.rows).toEqual([
    [undefined, '/a', 1],
    [3, '/b', 2],
  ]);
});

test('the part of a log query that is shown', () => {
  expect(
    readLogSelector('{service="支付", level=~"error|warn"} |= "time\\"out" != `x` | json | line_format "{{.msg}}"'),
  ).toMatchObject({ ok: false, error: /line_format/ });
  expect(readLogSelector('{service="支付"} |= "a" !~ "b.*" | json')).toEqual({
    ok: true,
    value: {
      labels: [{ field: 'service', operator: '=', value: '支付' }],
      lines: [
        { field: 'body', operator: '=', value: 'a' },
        { field: 'body', operator: '!~', value: 'b.*' },
      ],
    },
  });
  expect(readLogSelector('sum(rate({a="b"}[5m]))').ok).toBe(false);
});
