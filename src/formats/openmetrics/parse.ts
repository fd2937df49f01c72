// OpenMetrics 1.0 text, as Prometheus' scraper reads it, or strictly by the specification.
//
//   const result = parseOpenMetrics(body, sink, { memory });              // what a scrape wants
//   const result = parseOpenMetrics(body, sink, { memory, strict: true }) // also families, histograms, clashes, order
//
// The sink is the same as for the Prometheus text format; see prometheus-text/parse.ts. An error voids the body.
// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
import { parseFloatText } from '../../base/float-text.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { Labels } from '../../model/labels.ts';
import { SampleReader, decodeBody, errorAt } from '../exposition/sample-reader.ts';
import { SeriesMemory } from '../exposition/series-memory.ts';
import type { SeriesSyntax } from '../exposition/series-scanner.ts';
import type { Exemplar, ExpositionError, ExpositionSink, MetricType } from '../exposition/sink.ts';
import { FamilyChecker } from './family-checker.ts';

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;

const typeNames: readonly MetricType[] = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
];
const types: ReadonlyMap<string, MetricType> = new Map(typeNames.map((type) => [type, type]));

/** How a body is read. */
export interface OpenMetricsOptions {
  /** What bodies of one target have in common; see `SeriesMemory`. */
  readonly memory?: SeriesMemory;
  /** Also hold families to the specification, which Prometheus' scraper does not. */
  readonly strict?: boolean;
}

class OpenMetricsParser {
  readonly #text: string;
  readonly #reader: SampleReader;
  readonly #sink: ExpositionSink;
  readonly #isValidUtf8: boolean;
  readonly #checker: FamilyChecker | undefined;
  #at = 0;
  #problem = '';

  constructor(body: Uint8Array | string, sink: ExpositionSink, options: OpenMetricsOptions) {
    const { text, isValid } = decodeBody(body);
    const strict = options.strict === true;
    const syntax: SeriesSyntax = { spaces: false, rawLineBreaks: false, trailingComma: !strict, commaRequired: true };
    this.#text = text;
    this.#isValidUtf8 = isValid;
    this.#sink = sink;
    this.#reader = new SampleReader(text, syntax, options.memory ?? new SeriesMemory(), !isValid);
    this.#checker = strict ? new FamilyChecker() : undefined;
  }

  parse(): Result<void, ExpositionError> {
    const text = this.#text;
    for (;;) {
      const line = this.#at;
      if (line >= text.length) return err(errorAt(text, text.length, 'the body does not end with "# EOF"'));
      if (text.startsWith('# EOF', line)) return this.#end(line);
      const isGood = text.charCodeAt(line) === HASH ? this.#metadata() : this.#sample();
      if (!isGood) return err(errorAt(text, Math.min(this.#at, text.length), this.#problem));
    }
  }

  #end(line: number): Result<void, ExpositionError> {
    const text = this.#text;
    const isLast = text.length === line + 5 || (text.length === line + 6 && text.charCodeAt(line + 5) === NEWLINE);
    if (!isLast) return err(errorAt(text, line + 5, 'unexpected data after "# EOF"'));
    const problem = this.#checker?.end();
    return problem === undefined ? ok(undefined) : err(errorAt(text, line, problem));
  }

  #fail(problem: string): false {
    this.#problem = problem;
    return false;
  }

  #judge(problem: string | undefined, at: number): boolean {
    if (problem === undefined) return true;
    this.#at = at;
    return this.#fail(problem);
  }

  #metadata(): boolean {
    const text = this.#text;
    const line = this.#at;
    const end = text.indexOf('\n', line);
    if (end === -1) return this.#fail('expected a line break after the metadata');
    const keyword = /^# (HELP|TYPE|UNIT) /.exec(text.slice(line, line + 7))?.[1];
    if (keyword === undefined) return this.#fail('expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF"');
    this.#at = line + 7;
    const { scanner } = this.#reader;
    const quoted = text.charCodeAt(this.#at) === QUOTE;
    const nameEnd = quoted ? scanner.quotedEnd(this.#at, false) : scanner.metricNameEnd(this.#at);
    if (nameEnd === -1 || nameEnd === this.#at) return this.#fail(`expected a metric name after ${keyword}`);
    const name = quoted ? text.slice(this.#at + 1, nameEnd - 1) : text.slice(this.#at, nameEnd);
    this.#at = nameEnd;
    if (text.charCodeAt(nameEnd) !== SPACE) return this.#fail(`expected a space and text after the metric name`);
    const rest = text.slice(nameEnd + 1, end);
    if (keyword === 'TYPE') {
      const type = types.get(rest);
      if (type === undefined) return this.#fail(`invalid metric type ${JSON.stringify(rest)}`);
      if (!this.#judge(this.#checker?.type(name, type), line)) return false;
      this.#reader.type = type;
      this.#sink.type?.(name, type);
    } else if (keyword === 'HELP') {
      if (!this.#isValidUtf8 && rest.includes('\ufffd')) return this.#fail('the help text is not valid UTF-8');
      if (!this.#judge(this.#checker?.help(name), line)) return false;
      const help = rest.replace(/\\([\\"n])/g, (_match, char: string) => (char === 'n' ? '\n' : char));
      this.#sink.help?.(name, help);
    } else {
      if (rest !== '' && !(name.endsWith(`_${rest}`) && name.length > rest.length))
        return this.#fail(`unit ${JSON.stringify(rest)} is not a suffix of the metric ${JSON.stringify(name)}`);
      if (!this.#judge(this.#checker?.unit(name, rest), line)) return false;
      this.#sink.unit?.(name, rest);
    }
    this.#at = end + 1;
    return true;
  }

  #sample(): boolean {
    const text = this.#text;
    const reader = this.#reader;
    const line = this.#at;
    const problem = reader.readSeries(line);
    this.#at = reader.scanner.at;
    if (problem !== undefined) return this.#fail(problem);
    const value = this.#number('a value after the metric');
    if (value === undefined) return false;
    reader.value = value;
    reader.timestampMs = undefined;
    let seconds: number | undefined;
    if (text.charCodeAt(this.#at) === SPACE && text.charCodeAt(this.#at + 1) !== HASH) {
      seconds = this.#timestamp();
      if (seconds === undefined) return false;
      reader.timestampMs = Math.trunc(seconds * 1000);
    }
    if (text.startsWith(' # {', this.#at)) {
      this.#at += 4;
      const exemplar = this.#exemplar();
      if (exemplar === undefined) return false;
      reader.exemplar = exemplar;
    }
    if (text.charCodeAt(this.#at) !== NEWLINE) return this.#fail('expected a timestamp, an exemplar or a line break');
    if (!this.#judge(this.#checker?.sample(reader, seconds), line)) return false;
    this.#sink.sample(reader);
    this.#at++;
    return true;
  }

  /** A space and a number. */
  #number(what: string): number | undefined {
    const text = this.#text;
    const start = this.#at + 1;
    let end = start;
    if (text.charCodeAt(this.#at) === SPACE) {
      while (end < text.length && text.charCodeAt(end) !== SPACE && text.charCodeAt(end) !== NEWLINE) end++;
    }
    const value = end === start ? undefined : parseFloatText(text.slice(start, end));
    if (value === undefined) this.#fail(`expected ${what}, got ${JSON.stringify(text.slice(this.#at, end))}`);
    else this.#at = end;
    return value;
  }

  #timestamp(): number | undefined {
    const seconds = this.#number('a timestamp in seconds');
    if (seconds === undefined || Number.isFinite(seconds)) return seconds;
    this.#fail('a timestamp must be finite');
    return undefined;
  }

  #exemplar(): Exemplar | undefined {
    const { scanner } = this.#reader;
    scanner.at = this.#at;
    this.#reader.forgetScan();
    const isGood = scanner.scanBraces(false);
    this.#at = scanner.at;
    if (!isGood) {
      this.#fail(scanner.problem);
      return undefined;
    }
    const pairs = scanner.pairs();
    const value = this.#number('a value after the exemplar’s labels');
    if (value === undefined) return undefined;
    let timestampMs: number | undefined;
    if (this.#text.charCodeAt(this.#at) === SPACE) {
      const seconds = this.#timestamp();
      if (seconds === undefined) return undefined;
      timestampMs = Math.trunc(seconds * 1000);
    }
    return { labels: Labels.of(pairs), value, timestampMs };
  }
}

/** Parses a whole body; an error means that nothing of it may be used. */
export function parseOpenMetrics(
  body: Uint8Array | string,
  sink: ExpositionSink,
  options: OpenMetricsOptions = {},
): Result<void, ExpositionError> {
  return new OpenMetricsParser(body, sink, options).parse();
}
