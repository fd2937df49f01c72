import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectExposition } from '../exposition/collect-exposition.case.ts';
import { SeriesMemory } from '../exposition/series-memory.ts';
import { parsePrometheusText } from './parse.ts';

const collect = (body: string | Uint8Array): string[] => collectExposition((sink) => parsePrometheusText(body, sink));
const accepts = (body: string, ...lines: string[]): void => expect(collect(body), body).toEqual(lines);
const refuses = (body: string, place: string): void => expect(collect(body).at(-1), body).toContain(`error ${place} `);

test('reads what the format allows', () => {
  accepts('a 1', '0 new {__name__="a"} 1');
  accepts('\n \t# a comment\n#HELP a b\na{} 1.5e3 \n', '0 new {__name__="a"} 1500');
  accepts('# HELP a 库存 \\\\ \\n \\"\n# TYPE a untyped\n', 'help a 库存 \\ \n \\"', 'type a unknown');
  accepts('# HELP a\n# TYPE  a\tgauge\n', 'help a ', 'type a gauge');
  accepts('a { b = "1" , c="x\\\\\\"\\ny" , } -Inf 123', '0 new {__name__="a",b="1",c="x\\\\\\"\\ny"} -Inf @123');
  accepts('{"a.b","c d"="é"} NaN', '0 new {__name__="a.b",c d="é"} NaN');
  accepts('a{b="line\nbreak"} 1', '0 new {__name__="a",b="line\\nbreak"} 1');
  accepts('a{b="1"c="2"} 1', '0 new {__name__="a",b="1",c="2"} 1');
  accepts('a{b=""} 1', '0 new {__name__="a"} 1');
  accepts('# TYPE a summary\na{quantile="1"} 2', 'type a summary', '0 new {__name__="a",quantile="1.0"} 2');
});

test('refuses the whole body with the place', () => {
  refuses('ok 1\na\nb 1\n', '2:2');
  refuses('a 1z', '1:3');
  refuses('a 0x1p3', '1:3');
  refuses('a 1_0', '1:3');
  refuses('a 1e999', '1:3');
  refuses('a 1 -5', '1:5');
  refuses('a 1 1.5', '1:5');
  refuses('a 1 2 3', '1:7');
  refuses('a 1\r\n', '1:3');
  refuses('a{b=1} 1', '1:5');
  refuses('a{b="1} 1', '1:5');
  refuses('a{1="1"} 1', '1:3');
  refuses('a{b="1",b="2"} 1', '1:15');
  refuses('{b="1"} 1', '1:8');
  refuses('a{"c"} 1', '1:6');
  refuses('9a 1', '1:1');
  refuses('# TYPE a meh\n', '1:9');
  refuses('# TYPE a gauge \n', '1:9');
  refuses('# TYPE \n', '1:8');
});

test('never throws, whatever the bytes', () => {
  const line = fc.constantFrom(
    'a',
    '{',
    '}',
    '"',
    '=',
    ',',
    ' ',
    '\n',
    '#',
    '# TYPE',
    '\\',
    '1',
    'NaN',
    '\0',
    'é',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (parts) => {
      collect(parts.join(''));
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void collect(bytes)));
});

test('with a memory, any two bodies read as they do without', () => {
  const series = fc.constantFrom('a', 'a{b="1"}', 'a{b="2"}', 'ab', 'a{b="1",c="2"}', '{"a"}');
  const body = fc.array(fc.tuple(series, fc.integer()), { maxLength: 12 });
  const print = (rows: [string, number][]): string => rows.map(([name, value]) => `${name} ${value}\n`).join('');
  const bare = (lines: string[]): string[] => lines.map((line) => line.replace(/^\d+( new)? /, ''));
  fc.assert(
    fc.property(body, body, (first, second) => {
      const memory = new SeriesMemory();
      const read = (text: string): string[] => collectExposition((sink) => parsePrometheusText(text, sink, memory));
      expect(bare(read(print(first)))).toEqual(bare(collect(print(first))));
      expect(bare(read(print(second)))).toEqual(bare(collect(print(second))));
    }),
  );
});

test('a bare name that is foreseen is not taken for the beginning of one with labels', () => {
  const body = new TextEncoder().encode('b 1\na {c="d"} 3\nb 4\na 1\n');
  const memory = new SeriesMemory();
  const read = (): string[] =>
    collectExposition((sink) => parsePrometheusText(body, sink, memory)).map((line) => line.replace(' new', ''));
  const first = read();
  expect(first).toContain('1 {__name__="a",c="d"} 3');
  expect(read()).toEqual(first);
});
