// The part that both text parsers share: which series a line is about, the reused sample, and errors with their place.
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Exemplar, ExpositionError, ExpositionSample, MetricType } from './sink.ts';
import type { SeriesMemory } from './series-memory.ts';
import { SeriesScanner, type SeriesSyntax } from './series-scanner.ts';

const MAX_EXCERPT = 120;
const SPACE = 32;
const TAB = 9;
const BRACE_OPEN = 123;

/** Text of a body; a broken byte sequence is an error only where the format looks at it, so it is only marked here. */
export function decodeBody(body: Uint8Array | string): { readonly text: string; readonly isValid: boolean } {
  if (typeof body === 'string') return { text: body, isValid: true };
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  if (!text.includes('\ufffd')) return { text, isValid: true };
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return { text, isValid: true };
  } catch {
    return { text, isValid: false };
  }
}

/** Reads the series of a line and is the sample that the sink sees. */
export class SampleReader implements ExpositionSample {
  readonly scanner: SeriesScanner;
  readonly #memory: SeriesMemory;
  readonly #rejectReplacement: boolean;
  #start = 0;
  #end = 0;
  #scanned = false;
  #text: string | undefined;
  /** The type that the last TYPE line gave. */
  type: MetricType = 'unknown';
  seriesId = 0;
  isNewSeries = false;
  value = 0;
  timestampMs: number | undefined;
  exemplar: Exemplar | undefined;

  constructor(text: string, syntax: SeriesSyntax, memory: SeriesMemory, rejectReplacement: boolean) {
    this.scanner = new SeriesScanner(text, syntax);
    this.#memory = memory;
    this.#rejectReplacement = rejectReplacement;
    memory.start();
  }

  get seriesText(): string {
    this.#text ??= this.scanner.text.slice(this.#start, this.#end);
    return this.#text;
  }

  labels(): Labels {
    this.#scan();
    return this.scanner.labels(this.type);
  }

  /** Metric name of this sample. */
  metricName(): string {
    this.#scan();
    return this.scanner.metricName();
  }

  /** Labels of this sample as written, without the metric name. */
  pairs(): [string, string][] {
    this.#scan();
    return this.scanner.pairs();
  }

  #scan(): void {
    if (this.#scanned) return;
    const { at } = this.scanner;
    this.scanner.scan(this.#start);
    this.scanner.at = at;
    this.#scanned = true;
  }

  /** Makes `labels()` scan again, because something else was scanned in between. */
  forgetScan(): void {
    this.#scanned = false;
  }

  #hasBraceAt(start: number): boolean {
    const { text } = this.scanner;
    let at = start;
    for (let code = text.charCodeAt(at); code === SPACE || code === TAB;) code = text.charCodeAt(++at);
    return text.charCodeAt(at) === BRACE_OPEN;
  }

  /** Reads the series that begins at `start`; the reason when it is malformed, with `scanner.at` where. */
  readSeries(start: number): string | undefined {
    const { scanner } = this;
    const { text } = scanner;
    const memory = this.#memory;
    this.#start = start;
    this.#scanned = false;
    this.exemplar = undefined;
    // Fast path: the same text as last time at this place.
    const length = memory.expectedAt(text, start);
    if (length > 0) {
      const next = text.charCodeAt(start + length);
      // A bare name may be the beginning of a series whose labels stand behind a space.
      if ((next === SPACE || next === TAB) && !this.#hasBraceAt(start + length)) {
        this.#end = scanner.at = start + length;
        this.#text = undefined;
        this.seriesId = memory.takeExpected();
        this.isNewSeries = false;
        return undefined;
      }
    }
    if (!scanner.scan(start)) return scanner.problem;
    this.#scanned = true;
    this.#end = scanner.at;
    this.#text = text.slice(start, scanner.at);
    this.seriesId = memory.find(this.#text);
    this.isNewSeries = this.seriesId === -1;
    if (!this.isNewSeries) return undefined;
    const repeated = scanner.repeatedName();
    if (repeated !== undefined) return `label name "${repeated}" stands twice`;
    if (scanner.pairs().some(([name]) => name === METRIC_NAME)) return `label name "${METRIC_NAME}" is reserved`;
    if (this.#rejectReplacement && this.#text.includes('\ufffd')) return 'invalid UTF-8 in a label value';
    this.seriesId = memory.add(this.#text);
    return undefined;
  }
}

/** The error `message` at position `at` of `text`. */
export function errorAt(text: string, at: number, message: string): ExpositionError {
  const lineStart = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < lineStart; i = text.indexOf('\n', i + 1)) line++;
  const end = text.indexOf('\n', lineStart);
  const excerpt = text.slice(lineStart, Math.min(end === -1 ? text.length : end, lineStart + MAX_EXCERPT));
  const column = at - lineStart + 1;
  return { line, column, message: `${message} (${line}:${column}) in ${JSON.stringify(excerpt)}` };
}
