// The Prometheus text format, versions 0.0.4 and 1.0.0 (quoted UTF-8 names), as Prometheus' scraper reads it.
//
//   const memory = new SeriesMemory();                       // one a target, kept between scrapes
//   const result = parsePrometheusText(body, sink, memory);
//   if (!result.ok) …                                        // the whole scrape fails: result.error.line, .column, .message
//
// `sink.sample(sample)` gets one reused object: look `sample.seriesId` up in an array of your own; when
// `sample.isNewSeries`, ask `sample.labels()` once (sorted, with `__name__`). What was given before an error is void.
// Shape of a body: https://prometheus.io/docs/instrumenting/exposition_formats/
import { parseFloatText } from '../../base/float-text.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { SampleReader, decodeBody, errorAt } from '../exposition/sample-reader.ts';
import { SeriesMemory } from '../exposition/series-memory.ts';
import type { SeriesSyntax } from '../exposition/series-scanner.ts';
import type { ExpositionError, ExpositionSink, MetricType } from '../exposition/sink.ts';

const syntax: SeriesSyntax = { spaces: true, rawLineBreaks: true, trailingComma: true, commaRequired: false };

const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const BRACE_OPEN = 123;

const types: ReadonlyMap<string, MetricType> = new Map<string, MetricType>([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

const MAX_TIMESTAMP = 2n ** 63n - 1n;

const unescapeHelp = (text: string): string =>
  text.includes('\\') ? text.replace(/\\([\\n])/g, (_match, char: string) => (char === 'n' ? '\n' : char)) : text;

class TextParser {
  readonly #text: string;
  readonly #reader: SampleReader;
  readonly #sink: ExpositionSink;
  readonly #isValidUtf8: boolean;
  #at = 0;
  #problem = '';

  constructor(body: Uint8Array | string, sink: ExpositionSink, memory: SeriesMemory) {
    const { text, isValid } = decodeBody(body);
    this.#text = text;
    this.#isValidUtf8 = isValid;
    this.#sink = sink;
    this.#reader = new SampleReader(text, syntax, memory, !isValid);
  }

  parse(): Result<void, ExpositionError> {
    const text = this.#text;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === NEWLINE || code === SPACE || code === TAB) this.#at++;
      else if (code === 0) break;
      else if (!(code === HASH ? this.#comment() : this.#sample())) {
        return err(errorAt(text, Math.min(this.#at, text.length), this.#problem));
      }
    }
    return ok(undefined);
  }

  #fail(problem: string): false {
    this.#problem = problem;
    return false;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #comment(): boolean {
    const text = this.#text;
    const end = this.#lineEnd();
    const keyword = /^#[ \t]+(HELP|TYPE)[ \t]+/.exec(text.slice(this.#at, end));
    if (keyword === null) {
      this.#at = end;
      return true;
    }
    this.#at += keyword[0].length;
    const { scanner } = this.#reader;
    const quoted = text.charCodeAt(this.#at) === QUOTE;
    const nameEnd = quoted ? scanner.quotedEnd(this.#at, false) : scanner.metricNameEnd(this.#at);
    if (nameEnd === -1 || nameEnd === this.#at) return this.#fail(`expected a metric name after ${keyword[1]}`);
    const name = quoted ? text.slice(this.#at + 1, nameEnd - 1) : text.slice(this.#at, nameEnd);
    const rest = text.slice(nameEnd + 1, Math.max(end, nameEnd + 1)).replaceAll('\0', '');
    if (keyword[1] === 'TYPE') {
      const type = types.get(rest);
      this.#at = nameEnd;
      if (type === undefined) return this.#fail(`invalid metric type ${JSON.stringify(rest)}`);
      this.#reader.type = type;
      this.#sink.type?.(name, type);
    } else {
      if (!this.#isValidUtf8 && rest.includes('\ufffd')) return this.#fail('the help text is not valid UTF-8');
      this.#sink.help?.(name, unescapeHelp(rest));
    }
    this.#at = end;
    return true;
  }

  #sample(): boolean {
    const text = this.#text;
    const reader = this.#reader;
    const problem = reader.readSeries(this.#at);
    this.#at = reader.scanner.at;
    if (problem !== undefined) return this.#fail(problem);
    this.#skipSpaces();
    const valueText = this.#word(BRACE_OPEN);
    if (valueText === '') return this.#fail('expected a value after the metric');
    const value = parseFloatText(valueText);
    if (value === undefined) {
      this.#at -= valueText.length;
      return this.#fail(`expected a number, got ${JSON.stringify(valueText)}`);
    }
    reader.value = value;
    reader.timestampMs = undefined;
    this.#skipSpaces();
    if (this.#at < text.length && text.charCodeAt(this.#at) !== NEWLINE) {
      const digits = this.#word(BRACE_OPEN);
      this.#at -= digits.length;
      if (!/^\d+$/.test(digits) || BigInt(digits) > MAX_TIMESTAMP)
        return this.#fail(`expected a timestamp in milliseconds, got ${JSON.stringify(digits)}`);
      this.#at += digits.length;
      reader.timestampMs = Number(digits);
      this.#skipSpaces();
      if (this.#at < text.length && text.charCodeAt(this.#at) !== NEWLINE)
        return this.#fail('expected a line break after the timestamp');
    }
    this.#sink.sample(reader);
    return true;
  }

  #skipSpaces(): void {
    let code = this.#text.charCodeAt(this.#at);
    while (code === SPACE || code === TAB) code = this.#text.charCodeAt(++this.#at);
  }

  /** The characters up to a space, a tab, a line break, `stop` or the end. */
  #word(stop: number): string {
    const text = this.#text;
    const start = this.#at;
    let end = start;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === SPACE || code === TAB || code === NEWLINE || code === stop) break;
      end++;
    }
    this.#at = end;
    return text.slice(start, end);
  }
}

/**
 * Parses a whole body. `memory` makes bodies that resemble the last one cheap; without it each body stands alone.
 * An error means that nothing of the body may be used.
 */
export function parsePrometheusText(
  body: Uint8Array | string,
  sink: ExpositionSink,
  memory: SeriesMemory = new SeriesMemory(),
): Result<void, ExpositionError> {
  return new TextParser(body, sink, memory).parse();
}
