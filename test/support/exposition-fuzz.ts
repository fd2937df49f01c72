// Fuzzing of the parsers of the text expositions: real bodies, mutated.
import { CodedError } from '../../src/base/coded-error.ts';
import { SeriesMemory } from '../../src/formats/exposition/series-memory.ts';
import { collectExposition } from '../../src/formats/exposition/collect-exposition.case.ts';
import { parseOpenMetrics } from '../../src/formats/openmetrics/parse.ts';
import { parsePrometheusText } from '../../src/formats/prometheus-text/parse.ts';
import { mutateBytes, randomOf } from './mutate-bytes.ts';

const encoder = new TextEncoder();
const corpus = [
  `# HELP http_requests_total 请求 \\n served
# TYPE http_requests_total counter
http_requests_total{method="post",code="200",path="/订单"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3
# TYPE rpc summary
rpc{quantile="0.5"} 4773
rpc_sum 1.7560473e+07
rpc_count 2693
# a comment
{"quoted.name", "label.dot"="x"} +Inf
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} NaN
`,
  `# TYPE foo histogram
# UNIT foo_seconds seconds
foo_bucket{le="0.1"} 8 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.067 1520879607.789
foo_bucket{le="+Inf"} 17 1520879607.789
foo_count 17
foo_sum 324789.3
foo_created 1520430000.123
# TYPE up gauge
# HELP up is it \\"up\\"
up 1
# TYPE jobs counter
jobs_total{job="a"} 3.0 # {} 1
# TYPE build info
build_info{version="1"} 1
# EOF
`,
  'a 1\n',
  '# EOF\n',
  '',
].map((text) => encoder.encode(text));
const spices = [
  '"',
  '\\',
  '{',
  '}',
  ',',
  '=',
  '#',
  ' ',
  '\n',
  '\r',
  '\t',
  '\0',
  ' # {',
  'NaN',
  '-Inf',
  '0x1p3',
  '1_0',
  '1e999',
  '9'.repeat(30),
  '# EOF\n',
  '# TYPE a ',
  'le="',
  '\u{1f600}',
  '\u00a0',
]
  .map((text) => encoder.encode(text))
  .concat(Uint8Array.of(0xff), Uint8Array.of(0xc3));

export interface ExpositionFuzzReport {
  readonly inputs: number;
  readonly parsed: number;
  readonly refused: number;
}

const isRefused = (lines: readonly string[]): boolean => lines.at(-1)?.startsWith('error ') === true;
const known = (lines: readonly string[]): string => lines.join('\n').replaceAll(' new {', ' {');

/**
 * Parses `inputs` mutated bodies each way. None throws; a place of an error lies in the body; a body that is parsed again with the
 * series it has made known gives the same; what the strict reading takes the plain one takes, with the same samples.
 */
export function fuzzExpositions(inputs: number, seed: number): ExpositionFuzzReport {
  const random = randomOf(seed);
  let parsed = 0;
  for (let i = 0; i < inputs; i++) {
    const body = mutateBytes(corpus[random(corpus.length)]!, corpus[random(corpus.length)]!, spices, random);
    try {
      if (!isRefused(checkBody(body))) parsed++;
    } catch (error) {
      const hex = Buffer.from(body).toString('hex');
      throw new CodedError('FUZZ', 500, `seed ${seed}, input ${i}: ${(error as Error).message}: ${hex}`, {
        cause: error,
      });
    }
  }
  return { inputs, parsed, refused: inputs - parsed };
}

function checkBody(body: Uint8Array): readonly string[] {
  const memory = new SeriesMemory();
  const open = collectExposition((sink) => parseOpenMetrics(body, sink, { memory }));
  const again = collectExposition((sink) => parseOpenMetrics(body, sink, { memory }));
  if (known(open) !== known(again)) throw new Error('the second reading differs');
  const strict = collectExposition((sink) => parseOpenMetrics(body, sink, { strict: true }));
  if (!isRefused(strict) && known(strict) !== known(open)) throw new Error('the strict reading differs');
  const texts = new SeriesMemory();
  const text = collectExposition((sink) => parsePrometheusText(body, sink, texts));
  const textAgain = collectExposition((sink) => parsePrometheusText(body, sink, texts));
  if (known(text) !== known(textAgain)) throw new Error('the second reading of the plain text differs');
  const lines = Buffer.from(body).toString('latin1').split('\n').length + 1;
  for (const result of [open, strict, text]) {
    const place = isRefused(result) ? Number(/^error (\d+):/.exec(result.at(-1)!)?.[1]) : 1;
    if (!(place >= 1 && place <= lines)) throw new Error(`the error stands in line ${place} of ${lines}`);
  }
  return isRefused(open) ? text : open;
}
