import { expect, test } from 'vitest';
import { DictionaryColumn, Int64Column, MapColumn, StringColumn } from './columns.ts';
import { LogColumns } from './log-columns.ts';
import { FLOAT_SCALE, SampleColumns } from './metric-columns.ts';

function pushLog(logs: LogColumns, body: string, attributes: Record<string, string>): void {
  logs.time.push(1n);
  logs.observed.push(1n);
  logs.originalTime.push(0n);
  logs.resource.push(0n);
  logs.service.push('orders');
  logs.severity.push(9);
  logs.severityText.push('INFO');
  logs.logger.push('');
  logs.event.push('');
  logs.body.push(body);
  logs.traceId.pushZero();
  logs.spanId.pushZero();
  logs.flags.push(0);
  for (const [key, value] of Object.entries(attributes)) {
    logs.attributes.strings.keys.push(key);
    logs.attributes.strings.values.push(value);
  }
  logs.attributes.closeRow();
  logs.exceptionType.push('');
  logs.exceptionMessage.push('');
  logs.exceptionStack.push('');
  logs.exceptionGroup.push(0n);
  logs.stream.push(0n);
  logs.docId.push('');
  logs.raw.push('');
  logs.weight.push(1);
  logs.retention.push(0);
  logs.closeRow();
}

const attributesOf = (logs: LogColumns, row: number): string[] => {
  const { strings } = logs.attributes;
  const [start, end] = strings.entriesOf(row);
  return Array.from(
    { length: end - start },
    (_, i) => `${strings.keys.get(start + i)}=${strings.values.get(start + i)}`,
  );
};

test('strings of any language and length come back, and survive cutting back', () => {
  const column = new StringColumn();
  const texts = ['', '用户登录成功', 'x'.repeat(300), '\u0000\uFEFFéa', 'tail'];
  for (const text of texts) column.push(text);
  expect(texts.map((_, row) => column.get(row))).toEqual(texts);
  column.truncate(2);
  column.push('again');
  expect([column.rows, column.get(1), column.get(2)]).toEqual([3, '用户登录成功', 'again']);
});

test('64-bit integers keep every bit, by bigint, by number and by halves', () => {
  const column = new Int64Column();
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) column.push(value);
  for (const value of [0, -1, 2 ** 53 - 1, -(2 ** 53 - 1)]) column.pushNumber(value);
  expect(Array.from({ length: 8 }, (_, row) => column.get(row))).toEqual(
    [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)].concat([0n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n]),
  );
});

test('dictionaries are merged by text, not by index', () => {
  const one = new DictionaryColumn();
  const two = new DictionaryColumn();
  for (const text of ['a', 'b']) one.push(text);
  for (const text of ['b', 'c', '']) two.push(text);
  one.append(two);
  expect(Array.from({ length: 5 }, (_, row) => one.get(row))).toEqual(['a', 'b', 'b', 'c', '']);
});

test('maps append a range of rows with just its entries', () => {
  const make = (): MapColumn<StringColumn> => new MapColumn(new StringColumn());
  const [one, two] = [make(), make()];
  for (const row of [['k', 'v'], [], ['x', 'y', 'k', 'w']]) {
    for (let i = 0; i < row.length; i += 2) {
      two.keys.push(row[i]!);
      two.values.push(row[i + 1]!);
    }
    two.closeRow();
  }
  one.append(two, 1, 3);
  expect([one.rows, one.entriesOf(0), one.entriesOf(1), one.keys.get(1), one.values.get(1)]).toEqual([
    2,
    [0, 0],
    [0, 2],
    'k',
    'w',
  ]);
});

test('a broken row leaves nothing behind', () => {
  const logs = new LogColumns();
  pushLog(logs, 'first', { a: '1' });
  logs.time.push(2n);
  logs.attributes.strings.keys.push('half');
  logs.truncate(1);
  pushLog(logs, 'second', { b: '2' });
  expect([logs.rows, logs.body.get(1), attributesOf(logs, 0), attributesOf(logs, 1)]).toEqual([
    2,
    'second',
    ['a=1'],
    ['b=2'],
  ]);
});

test('a batch appends another with its attributes', () => {
  const [one, two] = [new LogColumns(), new LogColumns()];
  pushLog(one, 'first', { a: '1' });
  pushLog(two, 'second', { b: '2' });
  pushLog(two, '第三', { c: '3', d: '4' });
  one.append(two);
  expect([one.rows, one.body.get(2), attributesOf(one, 1), attributesOf(one, 2)]).toEqual([
    3,
    '第三',
    ['b=2'],
    ['c=3', 'd=4'],
  ]);
});

test('a sample is a scaled integer only where that gives the same bits', () => {
  const samples = new SampleColumns();
  const values = [0, -0, 1.5, 0.1, -12.345678, 1e300, Number.NaN, Infinity, 1 / 3, 2 ** 53];
  for (const value of values) samples.push(0, 1n, 0, value);
  values.forEach((value, row) => {
    const scale = samples.scale.get(row);
    const back = scale === FLOAT_SCALE ? samples.float.get(row) : Number(samples.mantissa.get(row)) / 10 ** scale;
    expect(Object.is(back, value), String(value)).toBe(true);
  });
  const exact = values.filter((_, row) => samples.scale.get(row) === FLOAT_SCALE);
  expect(exact).toEqual([-0, 1e300, Number.NaN, Infinity, 1 / 3, 2 ** 53]);
});

test('no two dictionaries share a generation, so that indexes remembered for one block are void in another', () => {
  const [one, two] = [new DictionaryColumn(), new DictionaryColumn()];
  const seen = [one.generation, two.generation];
  one.clear();
  two.clear();
  seen.push(one.generation, two.generation);
  expect(new Set(seen).size).toBe(4);
});
