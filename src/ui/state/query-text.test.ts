import { expect, test } from 'vitest';
import { formatFilter, parseQuery, selectionOf, switchFilter } from './query-text.ts';

const select = (query: string): unknown => selectionOf(parseQuery(query)).selection;
const problems = (query: string): string[] => selectionOf(parseQuery(query)).problems.map((problem) => problem.reason);

test('words, phrases and filters become a selection', () => {
  expect(select('支付 timeout')).toEqual({ filters: [], text: '支付 timeout' });
  expect(select('"card declined"')).toEqual({ filters: [{ field: 'body', op: 'contains', value: 'card declined' }] });
  expect(select('service:orders service:gateway')).toEqual({ filters: [], service: ['orders', 'gateway'] });
  expect(select('-service:orders')).toEqual({ filters: [{ field: 'service', op: 'ne', value: 'orders' }] });
  expect(select('level:error level:critical')).toEqual({ filters: [], level: ['error', 'fatal'] });
  expect(select('level:>=warn')).toEqual({ filters: [], level: ['warn', 'error', 'fatal'] });
  expect(select('-level:debug -level:trace')).toEqual({
    filters: [],
    level: ['unknown', 'info', 'warn', 'error', 'fatal'],
  });
  expect(select('user_id:42 path:*checkout* path:~^/v[12]')).toEqual({
    filters: [
      { field: 'user_id', op: 'eq', value: '42' },
      { field: 'path', op: 'contains', value: 'checkout' },
      { field: 'path', op: 'regex', value: '^/v[12]' },
    ],
  });
  expect(select('d:>250 d:<=1e3 a:* -b:*')).toEqual({
    filters: [
      { field: 'd', op: 'gt', value: 250 },
      { field: 'd', op: 'lte', value: 1000 },
      { field: 'a', op: 'exists' },
      { field: 'b', op: 'missing' },
    ],
  });
  expect(select('resource:host.name:web-1')).toEqual({
    filters: [{ field: 'resource:host.name', op: 'eq', value: 'web-1' }],
  });
  expect(select(`trace:${'AB'.repeat(16)}`)).toEqual({ filters: [], traceId: 'ab'.repeat(16) });
});

test('what only looks like a filter is a word', () => {
  expect(select('http://a/b 12:30 a: ::')).toEqual({ filters: [], text: 'http://a/b 12:30 a: ::' });
});

test('what cannot be asked is said', () => {
  expect(problems('-word level:loud trace:1 d:>x')).toEqual(['negatedWord', 'unknownLevel', 'badTrace', 'notANumber']);
});

test('every written filter is read back as it was', () => {
  for (const value of ['a b', 'say "hi"', '*', '~x', '', '>5', '用户 登录', '//x', 'back\\slash "q"', 'plain']) {
    expect(parseQuery(formatFilter('f', value))).toMatchObject([
      { kind: 'filter', field: 'f', value, isNegated: false },
    ]);
  }
});

test('a filter is switched on, over to its opposite, and off', () => {
  const on = switchFilter('word', 'k', 'a b');
  expect(on).toBe('word k:"a b"');
  expect(switchFilter(on, 'k', 'a b', true)).toBe('word -k:"a b"');
  expect(switchFilter(on, 'k', 'a b')).toBe('word');
});
