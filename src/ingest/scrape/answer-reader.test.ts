// An answer that differs from the one before in its values alone is read by another way than others. Two readers with their trackers get
// the same answers, but for a help text that for one of them is another one each time, so that it never goes that way: both have to give
// the same samples, counts, errors, families, exemplars and ended series, and the same block.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { UnixNanos } from '../../model/units.ts';
import { AnswerReader, type AnswerFormat } from './answer-reader.ts';
import { encodeScrapeBody } from './scrape-body.ts';
import { rememberReader, scrapeFrame } from './scrape-frame.ts';
import { SeriesTracker } from './series-tracker.ts';

const rules = {
  labels: [['job', 'app']],
  honorLabels: false,
  relabel: [
    {
      action: 'drop',
      sourceLabels: ['drop'],
      separator: ';',
      regex: 'yes',
      modulus: 0,
      targetLabel: '',
      replacement: '$1',
      names: 'utf8',
    },
  ],
} as const;
const limits = { names: 'utf8', labels: 6, labelNameLength: 0, labelValueLength: 20 } as const;

const series = [
  'plain',
  'a{id="1"}',
  'a{id="2"}',
  'a{id="2",}',
  'a{drop="yes"}',
  'b{le="1"}',
  'b{le="+Inf"}',
  'c{path="/订单"}',
  'c{path="é"}',
  '{"quoted.name",x="\\n"}',
  'd{job="own"}',
];
const good = [
  '0',
  '-0',
  '7',
  '12.5',
  '-3.25e2',
  '1.5e+09',
  '2e-05',
  '+4',
  '.5',
  '5.',
  'NaN',
  '+Inf',
  '-Inf',
  '123456789012345678',
];
const odd = [
  '',
  '1z',
  '1e999',
  '0x1p3',
  '1_0',
  '1 2',
  '1 1700000000000',
  '1 # {trace_id="ab"} 1',
  '1 # {trace_id="cd"} 2 3',
  ' 1',
  '1 ',
  '1{',
];
const others = [
  '# TYPE b histogram',
  '# TYPE b gauge',
  '# HELP a one',
  '# HELP a 二',
  '# a comment',
  '',
  '# TYPE a meh',
  '\0',
  '\u{feff}',
];

type Edit = readonly [kind: string, at: number, what: number];
const edit = fc.tuple(
  fc.constantFrom(
    'values',
    'values',
    'values',
    'values',
    'value',
    'odd',
    'put',
    'remove',
    'swap',
    'twice',
    'other',
    'format',
    'failed',
    'cut',
    'same',
  ),
  fc.nat(30),
  fc.nat(200),
);

/** The lines of an answer; of a sample its series and its value. */
type Line = readonly [string] | readonly [string, string];
const valueOf = (what: number): string => good[what % good.length] ?? '';

function apply(lines: Line[], [kind, place, what]: Edit): Line[] {
  const at = place % (lines.length + 1);
  const put = (...some: Line[]): Line[] => lines.toSpliced(at, 0, ...some);
  const values = (): Line[] =>
    lines.map(([text, value], i) => (value === undefined ? [text] : [text, valueOf(what + i * place)]));
  const one = (value: string): Line[] =>
    lines.map((line, i) => (i === at && line.length === 2 ? [line[0], value] : line));
  if (kind === 'values') return values();
  if (kind === 'value') return one(valueOf(what));
  if (kind === 'odd') return one(odd[what % odd.length]!);
  if (kind === 'put') return put([series[what % series.length]!, valueOf(place)]);
  if (kind === 'remove') return lines.toSpliced(at, 1);
  if (kind === 'swap') return lines.toSpliced(at, 2, ...lines.slice(at, at + 2).toReversed());
  if (kind === 'twice') return put(...lines.slice(at, at + 1));
  if (kind === 'other') return put([others[what % others.length]!]);
  return lines;
}

class Way {
  readonly reader = new AnswerReader(rules, true, limits);
  readonly tracker = new SeriesTracker(this.reader, false);
  readonly #block = new TelemetryBlock();

  /** All that came of an answer. */
  take(answer: Uint8Array, format: AnswerFormat, time: number): unknown {
    const { reader, tracker } = this;
    const error = reader.read(answer, format);
    if (error !== undefined) {
      tracker.endAll();
      return [error, this.#ended()];
    }
    const added = tracker.take();
    const { table, rows, scraped, kept, repeated, exemplars, families, parsed } = reader;
    const samples = Array.from({ length: rows }, (_, row) => {
      const one = reader.series[row]!;
      return [table.metricOf(one), table.labelsOf(one), reader.values[row], reader.timeOf(row)];
    });
    const said = Array.from(families)
      .filter(([name, { answer: number }]) => name !== 'slow' && number === parsed)
      .map(([name, { type, unit, help }]) => [name, type, unit, help]);
    return [
      added,
      scraped,
      kept,
      repeated,
      samples,
      exemplars,
      said,
      this.#ended(),
      this.#decode(answer, format, time),
    ];
  }

  #ended(): unknown {
    return Array.from(this.tracker.ended, ({ table, series: one }) => [table.metricOf(one), table.labelsOf(one)]);
  }

  #decode(answer: Uint8Array, format: AnswerFormat, time: number): unknown {
    const body = encodeScrapeBody({ answer, gone: new Uint8Array(0) });
    rememberReader(body, this.reader);
    const exemplars = this.reader.exemplars.map((_, i) => i);
    const meta = { ...rules, time, honorTimestamps: true, format, exemplars, report: [['up', 1]] };
    const received = (BigInt(time) * 1_000_000n) as UnixNanos;
    const expiredBefore = { logs: 0n, spans: 0n, metrics: 0n };
    const outcome = scrapeFrame.decode(body, { source: 'test', received, meta, expiredBefore }, this.#block);
    const { samples, series: labels } = this.#block;
    const columns = [samples.series, samples.time, samples.mantissa, samples.scale, samples.float, labels.series];
    const bytes = columns.map(({ data }) => Buffer.from(data.contents()).toString('hex'));
    const metrics = Array.from({ length: samples.rows }, (_, row) => samples.metric.get(row));
    // A block holds a few answers.
    if (time % 3 === 0) this.#block.clear();
    return [outcome, bytes, metrics];
  }
}

test('an answer comes to the same whichever way it is read', () => {
  let quick = 0;
  let parsed = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 30 }), fc.nat(11), (edits, first) => {
      const [one, other] = [new Way(), new Way()];
      let lines: Line[] = [['# TYPE b histogram'], ...series.slice(first).map((text): Line => [text, '1'])];
      let format: AnswerFormat = 'text';
      for (const [time, step] of edits.entries()) {
        // Most mistakes are mended with the next answer.
        const wrong = ['odd', 'failed', 'cut'].includes(step[0]);
        const said = apply(lines, step);
        if (!wrong || step[2] % 4 === 0) lines = said;
        if (step[0] === 'format') format = format === 'text' ? 'openmetrics' : 'text';
        const whole = said.map((line) => `${line.join(' ')}\n`).join('') + (format === 'text' ? '' : '# EOF\n');
        const text = step[0] === 'cut' ? whole.slice(0, -1 - (step[1] % 4)) : whole;
        if (step[0] === 'failed') for (const { tracker } of [one, other]) tracker.endAll();
        if (step[2] % 5 === 0) for (const { tracker } of [one, other]) tracker.told();
        const [a, b] = [one, other].map((way) => {
          const help = way === one ? 'same' : `text ${time}`;
          return way.take(new TextEncoder().encode(`# HELP slow ${help}\n${text}`), format, 1_795_000_000_000 + time);
        });
        expect(a).toEqual(b);
        expect(other.reader.parsed).toBe(other.reader.number);
        if (one.reader.parsed === one.reader.number) parsed++;
        else quick++;
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(quick, parsed)).toBeGreaterThan(300);
});

test('what a target said in one format is not taken for good in the other', () => {
  const reader = new AnswerReader(rules, true, limits);
  const answer = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(reader.read(answer('a{ id="2" } 1\n'), 'text')).toBeUndefined();
  const other = answer('a{ id="2" } 1\n# EOF\n');
  expect(new AnswerReader(rules, true, limits).read(other, 'openmetrics')).toMatch(/^line 1, column 3/);
  expect(reader.read(other, 'openmetrics')).toMatch(/^line 1, column 3/);
  expect(reader.read(answer('a{ id="2" } 2\n'), 'text')).toBeUndefined();
  expect([reader.rows, reader.values[0]]).toEqual([1, 2]);
});
