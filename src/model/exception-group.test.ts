import { expect, test } from 'vitest';
import { exceptionGroup } from './exception-group.ts';

const stack = (root: string, line: number, library = '/usr/lib/python3.12'): string =>
  `Traceback (most recent call last):
  File "${root}/shop/orders.py", line ${line}, in place
    pay(order)
    ~~~^^^^^^^
  File "${library}/site-packages/requests/api.py", line 5${line}, in get
    return request("get")
ValueError: order ${line} at 0x7f${line}`;

test('releases, hosts, line numbers and messages do not split a group', () => {
  const group = exceptionGroup('ValueError', stack('/srv/releases/1', 10));
  expect(exceptionGroup('ValueError', stack('/app', 99, '/opt/venv/lib/python3.13'))).toBe(group);
  expect(exceptionGroup('KeyError', stack('/app', 99))).not.toBe(group);
  expect(exceptionGroup('ValueError', stack('/app', 10).replace('in place', 'in cancel'))).not.toBe(group);
});

test('of a chain the last exception counts', () => {
  const connector = '\n\nDuring handling of the above exception, another exception occurred:\n\n';
  const chained = exceptionGroup(
    'ValueError',
    `${stack('/app', 1).replace('place', 'other')}${connector}${stack('/app', 2)}`,
  );
  expect(chained).toBe(exceptionGroup('ValueError', stack('/app', 3)));
});

test('stacks of other languages and bare messages are grouped by their words', () => {
  const group = exceptionGroup('Error', 'Error: no row 17 in "orders"\n    at place (shop.js:10:5)');
  expect(exceptionGroup('Error', 'Error: no row 18 in "carts"\n    at place (shop.js:11:5)')).toBe(group);
  expect([exceptionGroup('', ''), exceptionGroup('E', '') === exceptionGroup('F', '')]).toEqual([0n, false]);
});
