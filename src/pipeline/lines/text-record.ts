// One text record (a line with its traceback and what else belongs to it) → one row. The message without its prefix is the body, a
// traceback stands in its own column, and the row's layout says how the record is printed again; where that does not give the same
// bytes, the record is kept as it came.
import type { FixedColumn } from '../../model/columns.ts';
import { readAccessLine } from './access-line.ts';
import { pushId } from './ids.ts';
import type { RowWriter } from './row-writer.ts';
import type { LayoutField } from './rebuild.ts';
import { severityOfWord } from '../../model/severity.ts';
import { readTextPrefix, type PrefixField, type TextPrefix } from './text-prefix.ts';
import { describeFormat, TimeReader } from './time-text.ts';
import { zoneOf } from './time-zone.ts';
import { readExceptionName } from './traceback.ts';

const ESCAPE = 0x1b;
const COLOURS = new RegExp(`${String.fromCharCode(ESCAPE)}\\[[\\d;]*[A-Za-z]`, 'g');
const STACK_START =
  /(?:^|\n)([ |+]*(?:Exception Group )?Traceback \(most recent call last\):|  File "[^"\n]*", line \d+)/;
/** `trace_id=…` anywhere in a message: logging formats, structlog's console, messages that name their request. */
const TRACE_IN_TEXT = /trace[_.-]?id["']?[=:] ?["']?((?:0x)?[0-9a-f]{32}|\d{17,20})(?![0-9a-f])/i;
const SPAN_IN_TEXT = /span[_.-]?id["']?[=:] ?["']?((?:0x)?[0-9a-f]{16}|\d{17,20})(?![0-9a-f])/i;
const MAX_PREFIX = 600;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** What a record's text says, before it is written. */
interface TextParts {
  readonly fields: ReadonlyMap<string, string>;
  readonly layout: (string | LayoutField)[];
  readonly body: string;
  /** Where the body begins in the text. */
  readonly bodyAt: number;
  readonly stack: string;
  readonly lossy: boolean;
}

function splitRecord(text: string): TextParts {
  const lineEnd = text.indexOf('\n');
  const first = text.slice(0, Math.min(lineEnd < 0 ? text.length : lineEnd, MAX_PREFIX));
  const prefix: TextPrefix | undefined = readTextPrefix(first);
  const rest = text.slice(prefix?.end ?? 0);
  const start = STACK_START.exec(rest);
  const stackAt = start === null ? rest.length : start.index + (start[0].startsWith('\n') ? 1 : 0);
  const message = rest.slice(0, stackAt);
  const body = message.replace(/\n+$/, '');
  const stack = rest.slice(stackAt);
  const layout: (string | LayoutField)[] = [...(prefix?.layout ?? [])];
  if (body !== '') layout.push(['', 'body']);
  if (message.length > body.length) layout.push(message.slice(body.length));
  if (stack !== '') layout.push(['', 'exceptionStack']);
  const fields = new Map((prefix?.fields ?? []).map(({ name, text: value }: PrefixField) => [name, value]));
  return { fields, layout, body, bodyAt: prefix?.end ?? 0, stack, lossy: prefix?.lossy ?? false };
}

const numeric = new Set(['process', 'lineno', 'thread']);

export class TextRecordReader {
  readonly #rows: RowWriter;
  readonly #time = new TimeReader();

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  /** The naive clock of a record, if it shows one. */
  readClock(text: string): { readonly key: string; readonly local: number } | undefined {
    const plain = text.includes('\u001b') ? text.replaceAll(COLOURS, '') : text;
    const { fields, body } = splitRecord(plain);
    const time = fields.get('time') ?? readAccessLine(body)?.time;
    if (time === undefined || !this.#readTime(time) || !this.#time.naive) return undefined;
    return { key: this.#clockKey(fields), local: this.#time.seconds };
  }

  #clockKey(fields: ReadonlyMap<string, string>): string {
    return fields.has('time') ? `text/${this.#time.hasT ? 'T' : ' '}` : 'access/T';
  }

  #readTime(text: string): boolean {
    const bytes = encoder.encode(text);
    return this.#time.readText(bytes, 0, bytes.length) && this.#time.end === bytes.length;
  }

  /** Writes the record; `original` is given when the bytes are not the record as it came. False when it is expired. */
  read(bytes: Uint8Array, view: DataView, start: number, end: number, original: Uint8Array | undefined): boolean {
    const record = bytes.subarray(start, end);
    const coloured = record.includes(ESCAPE);
    const whole = decoder.decode(record);
    const text = coloured ? whole.replaceAll(COLOURS, '') : whole;
    const parts = splitRecord(text);
    const access = readAccessLine(parts.body);
    const time = parts.fields.get('time') ?? access?.time;
    const layout = [...parts.layout];
    let same = this.#openAt(time, parts, layout);
    if (same === undefined) return false;
    same &&= !coloured && !parts.lossy;
    const named = parts.stack === '' ? undefined : readExceptionName(parts.stack);
    // A traceback alone is shown by its last words.
    const body =
      parts.body === '' && named !== undefined
        ? `${named.type}${named.message === '' ? '' : `: ${named.message}`}`
        : parts.body;
    // The usual body is the end of the record, and is copied as it stands.
    const isEnd = !coloured && parts.stack === '' && parts.bodyAt + body.length === text.length;
    if (isEnd && isAscii(record, parts.bodyAt)) {
      this.#rows.logs.body.pushBytes(bytes, view, start + parts.bodyAt, end);
    } else this.#rows.logs.body.push(body);
    const exactIds = this.#pushColumns(parts);
    if (named === undefined) this.#rows.pushNoException();
    else this.#rows.pushException(parts.stack, named.type, named.message);
    this.#pushAttributes(parts.fields);
    for (const [name, value] of access?.texts ?? []) this.#rows.pushString(name, value);
    for (const [name, value] of access?.numbers ?? []) this.#rows.pushInteger(name, value);
    same &&= exactIds;
    this.#rows.pushStream(!same || isPlain(layout) ? '' : JSON.stringify({ text: layout }));
    this.#rows.close(undefined, original ?? (same ? undefined : record));
    return true;
  }

  /** Begins the row; whether the layout gives the time's text back, or undefined when the record is expired. */
  #openAt(text: string | undefined, parts: TextParts, layout: (string | LayoutField)[]): boolean | undefined {
    const inPrefix = parts.fields.has('time');
    if (text === undefined || !this.#readTime(text)) {
      this.#rows.openNow();
      return !inPrefix;
    }
    const time = this.#time;
    let { seconds, exact } = time;
    let zoneName = '';
    if (time.naive) {
      zoneName = this.#rows.zoneOfClock(this.#clockKey(parts.fields), seconds);
      const zone = zoneOf(zoneName);
      const local = seconds;
      if (zone !== undefined) seconds = zone.instantOf(local);
      exact = exact && zone !== undefined && seconds + zone.offsetAt(seconds) === local;
    }
    if (!this.#rows.open(seconds, time.nanos)) return undefined;
    const at = layout.findIndex((part) => typeof part !== 'string' && part[1] === 'time');
    if (at >= 0) layout[at] = ['', 'time', describeFormat(time.format), zoneName];
    return !inPrefix || exact;
  }

  /** Writes the columns that prefixes fill; whether their ids can be printed again. */
  #pushColumns({ fields, body }: TextParts): boolean {
    const { logs } = this.#rows;
    const level = fields.get('severityText') ?? '';
    logs.severity.push(severityOfWord(level));
    logs.severityText.push(level);
    logs.logger.push(fields.get('logger') ?? '');
    const service = fields.get('service');
    this.#rows.pushService(service ?? '');
    if (!fields.has('traceId') && body.includes('race')) {
      // These ids stay in the body, which gives the record back.
      const trace = TRACE_IN_TEXT.exec(body)?.[1];
      pushIdText(logs.traceId, trace);
      pushIdText(logs.spanId, fields.get('spanId') ?? (trace === undefined ? undefined : SPAN_IN_TEXT.exec(body)?.[1]));
      return service !== '' && !fields.has('spanId');
    }
    const exactTrace = pushIdText(logs.traceId, fields.get('traceId'));
    const exactSpan = pushIdText(logs.spanId, fields.get('spanId'));
    return service !== '' && exactTrace && exactSpan;
  }

  #pushAttributes(fields: ReadonlyMap<string, string>): void {
    for (const [name, text] of fields) {
      if (['time', 'severityText', 'logger', 'service', 'traceId', 'spanId'].includes(name)) continue;
      if (numeric.has(name) && /^(?:0|[1-9]\d{0,14})$/.test(text)) this.#rows.pushInteger(name, Number(text));
      else this.#rows.pushString(name, text);
    }
  }
}

/** Whether the first `size` bytes are ASCII, so that characters and bytes count alike. */
function isAscii(bytes: Uint8Array, size: number): boolean {
  for (let at = 0; at < size; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

/** Writes an id; whether it can be printed again from its column. */
function pushIdText(column: FixedColumn, text: string | undefined): boolean {
  if (text === undefined) {
    column.pushZero();
    return true;
  }
  const bytes = encoder.encode(text);
  return pushId(column, bytes, 0, bytes.length);
}

/** The body alone: needs no layout. */
function isPlain(layout: readonly (string | LayoutField)[]): boolean {
  const [only] = layout;
  return layout.length === 0 || (layout.length === 1 && typeof only !== 'string' && only?.[1] === 'body');
}
