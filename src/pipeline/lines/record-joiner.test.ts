import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLines } from './decode-lines.case.ts';
import { RecordJoiner } from './record-joiner.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function joinLines(text: string, flush = true): string[] {
  const records: string[] = [];
  const joiner = new RecordJoiner((record) => records.push(decoder.decode(record)));
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((line, index) => joiner.push(encoder.encode(line), index + 1));
  if (flush) joiner.flush();
  return records;
}

interface Case {
  readonly name: string;
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, '../../../test/data/tracebacks');
function casesOf(file: string): Case[] {
  const parts = readFileSync(join(folder, file), 'utf8')
    .split(/^#### /m)
    .slice(1);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    const [head = '', message = ''] = part.slice(0, end).split('|');
    const words = head.split(' ');
    return {
      name: head,
      type: words.at(-1) ?? '',
      message: message.replaceAll(String.raw`\n`, '\n'),
      text: part.slice(end + 1),
    };
  });
}
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('there are tracebacks of every version', () => {
  expect(files.length).toBe(7);
});

test.each(files)('%s: every traceback is one record, with type, message and group', (file) => {
  const cases = casesOf(file);
  const records = joinLines(cases.map(({ text }) => text).join(''));
  expect(records).toEqual(cases.map(({ text }) => text.trimEnd()));
  const rows = decodeLines(records);
  rows.forEach((row, index) => {
    const { name, type, message } = cases[index]!;
    expect(row.exceptionType, name).toBe(type);
    expect(row.exceptionMessage.slice(0, message.length), name).toBe(message);
    if (!/recursion|syntax/.test(name)) expect(row.exceptionMessage, name).toBe(message);
    expect([row.raw, row.rebuilt, row.severity], name).toEqual(['', records[index], 17]);
    expect(row.exceptionGroup, name).not.toBe(0n);
  });
});

test.each(files)('%s: tracebacks without a log line', (file) => {
  for (const { name, type, text } of casesOf(file)) {
    const bare = text.slice(text.search(/^[ +]*(?:Exception Group )?Traceback/m));
    const [record = ''] = joinLines(bare);
    expect(decodeLines([record])[0]?.exceptionType, name).toBe(type);
  }
});

test('the same fault has the same group in every version that prints it', () => {
  const groups = files
    .filter((file) => !file.includes('3.14'))
    .map((file) => {
      const { text } = casesOf(file)[0]!;
      return decodeLines(joinLines(text))[0]?.exceptionGroup;
    });
  expect(new Set(groups).size).toBe(1);
});

test('lines without a prefix belong to the record before, once prefixes are known', () => {
  expect(joinLines('INFO:a:one\nmore\n\n  indented\nINFO:a:two\n')).toEqual([
    'INFO:a:one\nmore\n\n  indented',
    'INFO:a:two',
  ]);
  const pairs = ["event='a' level='info'", "order=3 event='b' level='info'", "user=1 event='c' level='info'"];
  expect(joinLines(pairs.join('\n'))).toEqual(pairs);
  const console = [
    '[error    ] no',
    'Traceback (most recent call last):\n  File "a", line 1\nE: x',
    '[info     ] next',
  ];
  expect(joinLines(console.join('\n'))).toEqual([`${console[0]}\n${console[1]}`, console[2]]);
  expect(joinLines('one\ntwo\n  indented\nthree')).toEqual(['one', 'two\n  indented', 'three']);
  expect(joinLines('{"a":1}\nTraceback (most recent call last):\n  File "a", line 1\nE: x\n{"a":2}')).toEqual([
    '{"a":1}',
    'Traceback (most recent call last):\n  File "a", line 1\nE: x',
    '{"a":2}',
  ]);
});

test('documents over several lines', () => {
  const span = JSON.stringify({ name: 'a', nested: { b: [1] } }, undefined, 4);
  expect(joinLines(`INFO:a:x\n${span}\n${span}\nINFO:a:y`)).toEqual(['INFO:a:x', span, span, 'INFO:a:y']);
  expect(joinLines('{\n    "cut": 1,\nINFO:a:y\n{"b":1}')).toEqual(['{\n    "cut": 1,', 'INFO:a:y', '{"b":1}']);
});

test('what is complete is given out at once, the rest waits', () => {
  expect(joinLines('{"a":1}\nINFO:a:x', false)).toEqual(['{"a":1}']);
});

test('records are bounded', () => {
  const line = `  ${'x'.repeat(100_000)}\n`;
  const records = joinLines(`INFO:a:x\n${line.repeat(30)}`);
  expect(Math.max(...records.map((record) => record.length))).toBeLessThanOrEqual(1 << 20);
  expect(records.join('\n').length).toBe(8 + 30 * line.length);
  const many = joinLines(`INFO:a:x\n${' y\n'.repeat(25_000)}`);
  expect(many.length).toBe(3);
});

test('no line is lost, doubled or moved, whatever comes', () => {
  const lines = fc.constantFrom(
    'INFO:a:x',
    '2026-11-21 09:52:13,123 INFO a',
    'Traceback (most recent call last):',
    '  + Exception Group Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    '    code()',
    'ValueError: x',
    'During handling of the above exception, another exception occurred:',
    '{',
    '}',
    '    "a": 1',
    '{"a":1}',
    '{"a":',
    'text',
    ' ',
    '',
    '文本',
  );
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 30 }), (list) => {
      const kept = (texts: string[]): string[] => texts.filter((line) => line.trim() !== '');
      expect(kept(joinLines(list.join('\n')).flatMap((record) => record.split('\n')))).toEqual(kept(list));
    }),
    { numRuns: 3000 },
  );
});
