import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { collectExposition } from '../exposition/collect-exposition.case.ts';
import { SeriesMemory } from '../exposition/series-memory.ts';
import { parseOpenMetrics } from './parse.ts';

const collect = (body: string | Uint8Array, strict = false): string[] =>
  collectExposition((sink) => parseOpenMetrics(body, sink, { strict }));

test('every vector of the specification is accepted or rejected as it says', (context) => {
  const root = needShared(context, 'suites/openmetrics');
  const names = readdirSync(root);
  const wrong: string[] = [];
  for (const name of names) {
    const body = readFileSync(join(root, name, 'metrics'));
    const { shouldParse } = JSON.parse(readFileSync(join(root, name, 'test.json'), 'utf8')) as { shouldParse: boolean };
    const result = parseOpenMetrics(body, { sample: () => {} }, { strict: true });
    if (result.ok !== shouldParse) wrong.push(`${name}: ${result.ok ? 'accepted' : result.error.message}`);
  }
  expect(wrong).toEqual([]);
  expect(names).toHaveLength(211);
});

test('reads samples, times in seconds, exemplars and metadata', () => {
  expect(collect('# HELP a 下单数\na_total{路="a"} 1\n# EOF\n')).toEqual([
    'help a 下单数',
    'error 2:9 expected a label name',
  ]);
  expect(
    collect(
      '# HELP a he\\n\\"p\n# TYPE a histogram\n# UNIT a_seconds seconds\n' +
        'a_bucket{le="5",zone="上海"} 17 1.5 # {trace_id="abc"} 0.67 2.25\n' +
        'a_bucket{zone="上海",le="+inf"} +Inf\n{"a.b",x="1"} -0 -2\n# EOF\n',
    ),
  ).toEqual([
    'help a he\n"p',
    'type a histogram',
    'unit a_seconds seconds',
    '0 new {__name__="a_bucket",le="5.0",zone="上海"} 17 @1500 # {trace_id="abc"} 0.67 @2250',
    '1 new {__name__="a_bucket",le="+Inf",zone="上海"} +Inf',
    '2 new {__name__="a.b",x="1"} -0 @-2000',
  ]);
});

test('a scrape is as forgiving about families as Prometheus is, and as strict about lines', () => {
  expect(collect('# TYPE a gauge\n# TYPE a counter\na -1\nb{x="1",} 1\n# EOF')).toHaveLength(4);
  expect(collect('a 1\n')).toEqual(['0 new {__name__="a"} 1', 'error 2:1 the body does not end with "# EOF"']);
  expect(collect('a 1\n# EOF\nb 1\n').at(-1)).toBe('error 2:6 unexpected data after "# EOF"');
  expect(collect('a{b="1",b="2"} 1\n# EOF\n')).toEqual(['error 1:15 label name "b" stands twice']);
  expect(collect(new Uint8Array([0x61, 0x7b, 0x62, 0x3d, 0x22, 0xff, 0x22, 0x7d, 0x20, 0x31, 0x0a]))).toEqual([
    'error 1:9 invalid UTF-8 in a label value',
  ]);
});

test('a second body is read by the memory of the first, with the same answers', () => {
  const body = 'a{x="1"} 1\na{x="2"} 2 # {t="1"} 3\nb 4\n# EOF\n';
  const memory = new SeriesMemory();
  const read = (text: string): string[] => collectExposition((sink) => parseOpenMetrics(text, sink, { memory }));
  expect(read(body)).toEqual([
    '0 new {__name__="a",x="1"} 1',
    '1 new {__name__="a",x="2"} 2 # {t="1"} 3',
    '2 new {__name__="b"} 4',
  ]);
  expect(read(`c 0\n${body}`)).toEqual([
    '3 new {__name__="c"} 0',
    '0 {__name__="a",x="1"} 1',
    '1 {__name__="a",x="2"} 2 # {t="1"} 3',
    '2 {__name__="b"} 4',
  ]);
  expect(read('a{x="1"}1\n# EOF\n').at(-1)).toContain('expected a value');
});
