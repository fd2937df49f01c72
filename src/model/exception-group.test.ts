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
