import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTraceback } from './traceback.ts';

const draw = (stack: string): string[] =>
  parseTraceback(stack).flatMap((part) => [
    `${part.depth} ${part.relation} ${part.type}: ${part.message}`,
    ...part.frames.map((frame) => {
      const mark = frame.marked === undefined ? '' : ` [${frame.code.slice(...frame.marked)}]`;
      const again = frame.repeated === undefined ? '' : ` ×${frame.repeated}`;
      return `  ${frame.isLibrary ? 'lib' : 'app'} ${frame.file}:${frame.line} ${frame.function} | ${frame.code}${mark}${again}`;
    }),
  ]);

test('frames, carets, repeats and a message of several lines', () => {
  const stack = `Traceback (most recent call last):
  File "/app/订单.py", line 12, in charge
    return gateway.pay(order.total / order.count)
                       ~~~~~~~~~~~~^~~~~~~~~~~~~
  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode
    obj, end = self.scan_once(s, idx)
  [Previous line repeated 3 more times]
decimal.DivisionByZero: 第一行
second line`;
  expect(draw(stack)).toEqual([
    '0 first decimal.DivisionByZero: 第一行\nsecond line',
    '  app /app/订单.py:12 charge | return gateway.pay(order.total / order.count) [order.total / order.count]',
    '  lib /usr/lib/python3.12/json/decoder.py:355 raw_decode | obj, end = self.scan_once(s, idx) ×3',
  ]);
});

test('chains say how they hang together', () => {
  const stack = `Traceback (most recent call last):
  File "a.py", line 1, in <module>
    x()
KeyError: 'k'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in b
    y()
RuntimeError: no config

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "c.py", line 3, in c
    z()
SystemExit`;
  expect(draw(stack).filter((line) => !line.startsWith('  '))).toEqual([
    "0 first KeyError: 'k'",
    '0 cause RuntimeError: no config',
    '0 context SystemExit: ',
  ]);
});

test('exception groups keep their members apart', () => {
  const stack = `  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 9, in <module>
  |     raise ExceptionGroup("two", [a, b])
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "g.py", line 2, in one
    |     raise ValueError("a")
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    | a note
    +------------------------------------`;
  expect(draw(stack)).toEqual([
    '0 first ExceptionGroup: two (2 sub-exceptions)',
    '  app g.py:9 <module> | raise ExceptionGroup("two", [a, b])',
    '1 member ValueError: a',
    '  app g.py:2 one | raise ValueError("a")',
    '1 member TypeError: b\na note',
  ]);
});

test('text without frames is no traceback', () => {
  expect(parseTraceback('')).toEqual([]);
  expect(parseTraceback('Error: at x.js:1\n  at y')).toEqual([]);
});

const recorded = join(import.meta.dirname, '../../../test/data/tracebacks');

test.for(readdirSync(recorded).filter((name) => name.endsWith('.txt')))('what %s printed', (name) => {
  const cases = readFileSync(join(recorded, name), 'utf8')
    .split(/^#### /m)
    .slice(1);
  expect(cases.length).toBeGreaterThan(3);
  for (const text of cases) {
    const [, type, message] = /(\S+)\|(.*)/.exec(text) ?? [];
    const start = text.search(/^(?: {2}\+ Exception Group )?Traceback/m);
    if (start < 0) continue;
    const outermost = parseTraceback(text.slice(start)).findLast((part) => part.depth === 0);
    expect(outermost?.frames.length, text).toBeGreaterThan(0);
    expect(outermost?.type, text).toBe(type);
    // The messages of syntax errors differ between versions; the record names none for them.
    if (message !== '') expect(outermost?.message.replaceAll('\n', '\\n'), text).toBe(message);
  }
});
