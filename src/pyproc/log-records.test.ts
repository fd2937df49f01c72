import { expect, test } from 'vitest';
import { formatMessage } from './log-records.ts';

test.for([
  ['plain', [], 'plain'],
  ['%s has %d of %r', ['Ada', '3', "'x'"], "Ada has 3 of 'x'"],
  ['%5.2f%% of %-8s', ['12.345', '北京'], '12.35% of 北京'],
  ['%s and %s', ['one'], 'one and %s'],
  ['100%', ['unused'], '100%'],
] as const)('%s with %o', ([message, args, expected]) => {
  expect(formatMessage(message, (key) => args[Number(key)])).toBe(expected);
});

test('arguments by name', () => {
  expect(formatMessage('%(a)s-%(b)05d', (key) => ({ a: 'x', b: '7' })[String(key)])).toBe('x-7');
});
