import { expect, test } from 'vitest';
import { Labels, compareLabels } from './labels.ts';

test('sorts, drops empty values, keeps the last of a repeated name', () => {
  const labels = Labels.of([
    ['b', '2'],
    ['a', '1'],
    ['c', ''],
    ['a', '3'],
  ]);
  expect([...labels]).toEqual([
    ['a', '3'],
    ['b', '2'],
  ]);
  expect(labels.with('b', '').key).toBe(Labels.from({ a: '3' }).key);
  expect(labels.only(new Set(['b'])).get('b')).toBe('2');
  expect(labels.without(new Set(['b'])).has('b')).toBe(false);
});

test('keys differ where labels do, whatever the values hold', () => {
  const keys = [{ a: 'b\0c\0d' }, { a: 'b', c: 'd' }, { a: 'b\x01c' }, { a: '\0' }, { a: '\x01' }, { a: '\x01\x03' }];
  expect(new Set(keys.map((record) => Labels.from(record).key)).size).toBe(keys.length);
});

test('orders pair by pair', () => {
  const f = (left: Record<string, string>, right: Record<string, string>): number =>
    Math.sign(compareLabels(Labels.from(left), Labels.from(right)));
  expect(f({ a: '1' }, { a: '1', b: '1' })).toBe(-1);
  expect(f({ a: '2' }, { a: '1', b: '1' })).toBe(1);
  expect(f({ b: '1' }, { a: '1' })).toBe(1);
  expect(f({ a: '1' }, { a: '1' })).toBe(0);
});
