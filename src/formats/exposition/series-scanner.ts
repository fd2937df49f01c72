// Walks over the text of one series: `name{label="value",…}`, `{"name",label="value"}` or a bare name. It notes where names
// and values stand and decodes nothing, so that a series that is known already costs no strings.
import { formatOpenMetricsFloat, parseFloatText } from '../../base/float-text.ts';
import { compareStrings } from '../../base/compare-strings.ts';
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import type { MetricType } from './sink.ts';

const NAME_START = 1;
const NAME_REST = 2;
const METRIC_REST = 4;
const METRIC_START = 8;

const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const EQUAL = 61;
const BACKSLASH = 92;
const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(char)) classes[code] = NAME_START | NAME_REST | METRIC_START | METRIC_REST;
  else if (char === ':') classes[code] = METRIC_START | METRIC_REST;
  else if (/[0-9]/.test(char)) classes[code] = NAME_REST | METRIC_REST;
}

/** How the two text formats differ inside braces. */
export interface SeriesSyntax {
  /** Spaces and tabs may stand between the parts. */
  readonly spaces: boolean;
  /** A label's value may hold a raw line break. */
  readonly rawLineBreaks: boolean;
  /** A comma may stand before the closing brace. */
  readonly trailingComma: boolean;
  /** Two labels need a comma between them. */
  readonly commaRequired: boolean;
}

const unescape = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([\\"n])/g, (_match, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    : text;

/** Where the parts of the series stand that `scan` walked over last. */
export class SeriesScanner {
  readonly text: string;
  readonly #syntax: SeriesSyntax;
  /** Just behind what was understood; at an error, where it is. */
  at = 0;
  /** Why `scan` returned false. */
  problem = '';
  #nameStart = -1;
  #nameEnd = -1;
  /** Start and end of name, start and end of value, a label. */
  readonly #spans: number[] = [];

  constructor(text: string, syntax: SeriesSyntax) {
    this.text = text;
    this.#syntax = syntax;
  }

  /** Skips spaces and tabs where the format allows them. */
  skipSpaces(): void {
    if (!this.#syntax.spaces) return;
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === SPACE || code === TAB) code = text.charCodeAt(++this.at);
  }

  /** End of the metric name that begins at `start`, or `start` when none does. */
  metricNameEnd(start: number): number {
    return this.#wordEnd(start, METRIC_START, METRIC_REST);
  }

  #wordEnd(start: number, first: number, rest: number): number {
    const { text } = this;
    const code = text.charCodeAt(start);
    if (code >= 128 || ((classes[code] ?? 0) & first) === 0) return start;
    let end = start + 1;
    for (;;) {
      const next = text.charCodeAt(end);
      if (next >= 128 || ((classes[next] ?? 0) & rest) === 0) return end;
      end++;
    }
  }

  /** The position behind the closing quote of the quoted text at `start`, or -1. */
  quotedEnd(start: number, lineBreaks: boolean): number {
    const { text } = this;
    for (let i = start + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) return i + 1;
      if (code === BACKSLASH) {
        if (text.charCodeAt(i + 1) === NEWLINE) return -1;
        i++;
      } else if (code === NEWLINE && !lineBreaks) return -1;
    }
    return -1;
  }

  /** Walks over the series at `start`; false when it is malformed. */
  scan(start: number): boolean {
    this.at = start;
    this.#spans.length = 0;
    this.#nameStart = -1;
    const { text } = this;
    if (text.charCodeAt(start) !== BRACE_OPEN) {
      const end = this.metricNameEnd(start);
      if (end === start) return this.#fail('expected a metric name, a comment or an opening brace');
      this.#nameStart = start;
      this.#nameEnd = end;
      this.at = end;
      this.skipSpaces();
      if (text.charCodeAt(this.at) !== BRACE_OPEN) {
        this.at = end;
        return true;
      }
    }
    this.at++;
    if (!this.scanBraces(true)) return false;
    return this.#nameStart !== -1 || this.#fail('metric name not set');
  }

  /** Walks over labels behind an opening brace, up to behind the closing one. Only a series may have its name in there. */
  scanBraces(isSeries: boolean): boolean {
    const { text } = this;
    const syntax = this.#syntax;
    if (!isSeries) this.#spans.length = 0;
    let isFirst = true;
    for (;;) {
      this.skipSpaces();
      const start = this.at;
      const code = text.charCodeAt(start);
      if (code === BRACE_CLOSE && (isFirst || syntax.trailingComma)) {
        this.at++;
        return true;
      }
      isFirst = false;
      const quoted = code === QUOTE;
      const end = quoted ? this.quotedEnd(start, true) : this.#wordEnd(start, NAME_START, NAME_REST);
      if (end === -1 || end === start) return this.#fail('expected a label name');
      this.at = end;
      this.skipSpaces();
      if (text.charCodeAt(this.at) !== EQUAL) {
        if (!this.#takeName(quoted, isSeries, start, end)) return false;
      } else if (!this.#takeValue(quoted ? start + 1 : start, quoted ? end - 1 : end)) return false;
      this.skipSpaces();
      const separator = text.charCodeAt(this.at);
      if (separator === COMMA) this.at++;
      else if (separator === BRACE_CLOSE) {
        this.at++;
        return true;
      } else if (syntax.commaRequired) return this.#fail('expected a comma or a closing brace');
    }
  }

  #takeName(quoted: boolean, isSeries: boolean, start: number, end: number): boolean {
    const next = this.text.charCodeAt(this.at);
    if (!quoted || !isSeries || (next !== COMMA && next !== BRACE_CLOSE)) return this.#fail('expected "="');
    if (this.#nameStart !== -1) return this.#fail('metric name already set');
    if (end - start === 2) return this.#fail('the metric name is empty');
    this.#nameStart = start + 1;
    this.#nameEnd = end - 1;
    return true;
  }

  #takeValue(nameStart: number, nameEnd: number): boolean {
    this.at++;
    this.skipSpaces();
    if (this.text.charCodeAt(this.at) !== QUOTE) return this.#fail('expected a quoted label value');
    const end = this.quotedEnd(this.at, this.#syntax.rawLineBreaks);
    if (end === -1) return this.#fail('unterminated label value');
    this.#spans.push(nameStart, nameEnd, this.at + 1, end - 1);
    this.at = end;
    return true;
  }

  #fail(problem: string): false {
    this.problem = problem;
    return false;
  }

  /** The metric name of the series that was scanned last. */
  metricName(): string {
    return unescape(this.text.slice(this.#nameStart, this.#nameEnd));
  }

  /** The pairs inside the braces that were scanned last, unsorted, as written but unescaped. */
  pairs(): [string, string][] {
    const pairs: [string, string][] = [];
    const spans = this.#spans;
    for (let i = 0; i < spans.length; i += 4) {
      const name = unescape(this.text.slice(spans[i], spans[i + 1]));
      pairs.push([name, unescape(this.text.slice(spans[i + 2], spans[i + 3]))]);
    }
    return pairs;
  }

  /** A label name that stands twice, or `undefined`. */
  repeatedName(): string | undefined {
    const spans = this.#spans;
    if (spans.length <= 4) return undefined;
    const seen = new Set<string>();
    for (let i = 0; i < spans.length; i += 4) {
      const name = unescape(this.text.slice(spans[i], spans[i + 1]));
      if (seen.has(name)) return name;
      seen.add(name);
    }
    return undefined;
  }

  /** All labels of the series that was scanned last, the name among them; `le` and `quantile` in canonical form. */
  labels(type: MetricType): Labels {
    const pairs = this.pairs();
    for (const pair of pairs) {
      const isNumber = (type === 'histogram' && pair[0] === 'le') || (type === 'summary' && pair[0] === 'quantile');
      const value = isNumber ? parseFloatText(pair[1]) : undefined;
      if (value !== undefined) pair[1] = formatOpenMetricsFloat(value);
    }
    pairs.push([METRIC_NAME, this.metricName()]);
    const kept = pairs.filter(([, value]) => value !== '');
    kept.sort(([left], [right]) => compareStrings(left, right));
    return Labels.ofSorted(kept.flat());
  }
}
