import { expect, test } from 'vitest';
import { computeExceptionGroup } from './exception-group.ts';

const stack = (root: string, line: number, module = 'orders'): string => `Traceback (most recent call last):
  File "${root}/lib/python3.11/site-packages/flask/app.py", line ${line}, in wsgi_app
    response = self.full_dispatch_request()
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "${root}/srv/shop/${module}.py", line ${line + 7}, in create_order
    raise 支付Error(order_id=${line})
shop.orders.PaymentError: order ${line} at 0x7f${line} failed
`;

test('the same way through the code is one fault, wherever it is installed and whatever the lines', () => {
  expect(computeExceptionGroup('PaymentError', stack('/usr', 10))).toBe(
    computeExceptionGroup('PaymentError', stack('/home/app/venv', 99).replaceAll('3.11', '3.14')),
  );
});

test('another type or another way is another fault', () => {
  const one = computeExceptionGroup('PaymentError', stack('/usr', 10));
  expect(computeExceptionGroup('TimeoutError', stack('/usr', 10))).not.toBe(one);
  expect(computeExceptionGroup('PaymentError', stack('/usr', 10, 'refunds'))).not.toBe(one);
});

test('recursion of any depth is one fault, in exception groups too', () => {
  const deep = (times: number): string =>
    `  + Exception Group Traceback (most recent call last):\n${'  |   File "/srv/a/walk.py", line 3, in walk\n'.repeat(times)}`;
  expect(computeExceptionGroup('RecursionError', deep(3))).toBe(computeExceptionGroup('RecursionError', deep(900)));
  expect(computeExceptionGroup('RecursionError', deep(3))).not.toBe(computeExceptionGroup('RecursionError', ''));
});

test('a stack of another language counts as its text without numbers; nothing is no fault', () => {
  expect(computeExceptionGroup('E', 'at main.go:12 +0x1f')).toBe(computeExceptionGroup('E', 'at main.go:77 +0x2a'));
  expect(computeExceptionGroup('E', 'at main.go:12')).not.toBe(computeExceptionGroup('E', 'at other.go:12'));
  expect(computeExceptionGroup('', '')).toBe(0n);
});

const requestStack = (root: string, line: number, library = '/usr/lib/python3.12'): string =>
  `Traceback (most recent call last):
  File "${root}/shop/orders.py", line ${line}, in place
    pay(order)
    ~~~^^^^^^^
  File "${library}/site-packages/requests/api.py", line 5${line}, in get
    return request("get")
ValueError: order ${line} at 0x7f${line}`;

test('releases, hosts, line numbers and messages do not split a group', () => {
  const group = computeExceptionGroup('ValueError', requestStack('/srv/releases/1', 10));
  expect(computeExceptionGroup('ValueError', requestStack('/app', 99, '/opt/venv/lib/python3.13'))).toBe(group);
  expect(computeExceptionGroup('KeyError', requestStack('/app', 99))).not.toBe(group);
  expect(computeExceptionGroup('ValueError', requestStack('/app', 10).replace('in place', 'in cancel'))).not.toBe(
    group,
  );
});

test('of a chain the last exception counts', () => {
  const connector = '\n\nDuring handling of the above exception, another exception occurred:\n\n';
  const chained = computeExceptionGroup(
    'ValueError',
    `${requestStack('/app', 1).replace('place', 'other')}${connector}${requestStack('/app', 2)}`,
  );
  expect(chained).toBe(computeExceptionGroup('ValueError', requestStack('/app', 3)));
});

test('stacks of other languages and bare messages are grouped by their words', () => {
  const group = computeExceptionGroup('Error', 'Error: no row 17 in "orders"\n    at place (shop.js:10:5)');
  expect(computeExceptionGroup('Error', 'Error: no row 18 in "carts"\n    at place (shop.js:11:5)')).toBe(group);
  expect([computeExceptionGroup('', ''), computeExceptionGroup('E', '') === computeExceptionGroup('F', '')]).toEqual([
    0n,
    false,
  ]);
});
