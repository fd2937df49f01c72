// One JSON document → one row. Fields with a column of their own go there, the others become attributes. A field whose column
// gives back exactly what was written stands only there, and the row's layout says under which name and in which form; any other
// recognised field stays an attribute too. The record's bytes are kept as `raw` only when the columns could not give back an equal
// document: a repeated key, half a surrogate pair, a nested value that strict JSON cannot carry. Documents are equal when they have
// the same keys with equal values: integers exactly, other numbers as doubles, whatever the order of keys and the white space.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { FixedColumn } from '../../model/columns.ts';
import { ByteTable } from './byte-table.ts';
import { readEcsObject, type EcsValues } from './ecs-object.ts';
import {
  BODY,
  EXCEPTION,
  EXCEPTION_MESSAGE,
  EXCEPTION_TYPE,
  LOGGER,
  MAYBE_EXCEPTION,
  meaningOf,
  OTHER,
  PINO_MARK,
  ROLES,
  SERVICE,
  SEVERITY,
  SPAN_ID,
  TIME,
  TRACE_ID,
} from './field-names.ts';
import {
  ARRAY,
  ESCAPED,
  FALSE,
  FLOAT,
  INFINITE,
  INTEGER,
  JsonScanner,
  MINUS_INFINITE,
  NOT_A_NUMBER,
  NULL,
  OBJECT,
  ODD,
  STRING,
  TRUE,
} from './json-scanner.ts';
import { pushId } from './ids.ts';
import { readFloat, readSafeInteger, readText, unescapeJson } from './json-values.ts';
import type { RowWriter } from './row-writer.ts';
import { severityOfNumber, severityOfWord } from '../../model/severity.ts';
import { describeFormat, TimeReader } from './time-text.ts';
import { zoneOf } from './time-zone.ts';
import { holdsTraceback } from './traceback.ts';

/** Names that are remembered; beyond it the table starts again. */
const MAX_KEYS = 8192;
const MAX_LAYOUTS = 2048;
const INT64_DIGITS = 19;
const encoder = new TextEncoder();

/** A field name that was seen, and what most likely follows it. */
interface Key {
  readonly id: number;
  readonly text: string;
  readonly role: number;
  readonly rank: number;
  readonly ecs: boolean;
  next: Key | undefined;
  /** Its name as JSON writes it, once it was needed. */
  quoted: Uint8Array | undefined;
  // The record that it was last seen in, and at which field: finds repeated keys.
  record: number;
  field: number;
  // Places in the dictionaries of the four attribute maps, good for one frame.
  readonly frame: Int32Array;
  readonly index: Int32Array;
}

const STRINGS = 0;
const INTS = 1;
const FLOATS = 2;
const BOOLS = 3;

export class JsonRecordReader {
  readonly #rows: RowWriter;
  readonly #scanner = new JsonScanner();
  readonly #time = new TimeReader();
  readonly #table = new ByteTable();
  #keys: Key[] = [];
  #first: Key | undefined;
  #record = 0;
  #frame = 0;
  // Per field of the record at hand.
  #keyOf: Key[] = [];
  #taken = new Uint8Array(64);
  readonly #winner = new Int32Array(ROLES);
  readonly #scratch = new ByteBuffer();
  #scratchView = new DataView(this.#scratch.bytes.buffer);
  readonly #json = new ByteBuffer();
  #whole = true;
  // Layout of the record at hand: key id, role, format, in the order of the columns.
  readonly #layout = new Float64Array(3 * ROLES);
  #layoutLength = 0;
  readonly #lastLayout = new Float64Array(3 * ROLES);
  #lastLayoutLength = -1;
  #lastLayoutText = '';
  readonly #layouts = new Map<string, string>();
  #zone = 'UTC';
  readonly #ecs: EcsValues = {};

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  /** Begins a frame: places in the block's dictionaries are looked up anew. */
  begin(): void {
    this.#frame++;
  }

  /** Whether `bytes[start, end)` is one JSON object; `read` or `readClock` may follow then. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#scanner.scan(bytes, start, end)) return false;
    this.#resolveKeys(bytes);
    return true;
  }

  /** The text of a top-level string field of the scanned record; undefined when it has none. */
  textOf(bytes: Uint8Array, name: string): string | undefined {
    for (let field = 0; field < this.#scanner.count; field++) {
      if (this.#keyOf[field]!.text === name && this.#isString(field)) return this.#text(bytes, field);
    }
    return undefined;
  }

  /** Whether the scanned record is a log record by its fields: it has a time or a level. */
  get isLogRecord(): boolean {
    for (let field = 0; field < this.#scanner.count; field++) {
      const { role } = this.#keyOf[field]!;
      if (role === TIME || role === SEVERITY) return true;
    }
    return false;
  }

  hasField(name: string): boolean {
    for (let field = 0; field < this.#scanner.count; field++) if (this.#keyOf[field]!.text === name) return true;
    return false;
  }

  /** The naive clock of the scanned record: its key in the meta, and its reading as seconds. Undefined when it shows a zone or no time. */
  readClock(bytes: Uint8Array): { readonly key: string; readonly local: number } | undefined {
    const field = this.#findTime(bytes);
    if (field < 0 || !this.#time.naive) return undefined;
    return { key: this.#clockKey(field), local: this.#time.seconds };
  }

  /** Writes the scanned record; `original` is given when `bytes` are not the record as it came. False when it is expired. */
  read(bytes: Uint8Array, view: DataView, start: number, end: number, original: Uint8Array | undefined): boolean {
    const rows = this.#rows;
    const count = this.#scanner.count;
    if (this.#taken.length < count) this.#taken = new Uint8Array(count * 2);
    this.#taken.fill(0, 0, count);
    this.#layoutLength = 0;
    const timeField = this.#findTime(bytes);
    if (timeField < 0) rows.openNow();
    else if (!this.#openAt(timeField)) return false;
    this.#findWinners();
    this.#readEcs(bytes, count);
    this.#json.clear();
    this.#pushSeverity(bytes);
    this.#pushNamed(bytes);
    this.#pushBody(bytes, view, start, end);
    this.#pushIds(bytes);
    this.#pushException(bytes);
    rows.pushStream(this.#layoutText());
    this.#pushAttributes(bytes, view, count);
    const raw = original ?? (this.#whole ? undefined : bytes.subarray(start, end));
    rows.close(this.#json.length === 0 ? undefined : this.#json, raw);
    return true;
  }

  // ── keys

  #resolveKeys(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    if (this.#table.size > MAX_KEYS) this.#forgetKeys();
    const record = ++this.#record;
    this.#whole = true;
    let before: Key | undefined;
    for (let field = 0; field < scanner.count; field++) {
      const [start, end] = [scanner.keyStart[field]!, scanner.keyEnd[field]!];
      const expected = before === undefined ? this.#first : before.next;
      let key = expected;
      if (key === undefined || scanner.keyEscaped[field] === 1 || !this.#table.matches(key.id, bytes, start, end)) {
        key = this.#internKey(bytes, field);
        if (before === undefined) this.#first = key;
        else before.next = key;
      }
      if (key.record === record) {
        // As Python's json.loads, the last one counts; the document is then kept as it came.
        this.#whole = false;
        this.#repeated(key.field);
      }
      key.record = record;
      key.field = field;
      this.#keyOf[field] = key;
      before = key;
    }
  }

  readonly #dropped: number[] = [];
  #droppedRecord = 0;

  #repeated(field: number): void {
    if (this.#droppedRecord !== this.#record) this.#dropped.length = 0;
    this.#droppedRecord = this.#record;
    this.#dropped.push(field);
  }

  #internKey(bytes: Uint8Array, field: number): Key {
    const scanner = this.#scanner;
    let [source, start, end] = [bytes, scanner.keyStart[field]!, scanner.keyEnd[field]!];
    if (scanner.keyEscaped[field] === 1) {
      this.#scratch.clear();
      if (!unescapeJson(bytes, start, end, this.#scratch)) this.#whole = false;
      [source, start, end] = [this.#scratch.bytes, 0, this.#scratch.length];
    }
    const id = this.#table.intern(source, start, end);
    if (id < this.#keys.length) return this.#keys[id]!;
    const text = this.#table.text(id);
    const { role, rank, ecs } = meaningOf(text);
    const memory = { frame: new Int32Array(4), index: new Int32Array(4) };
    const key: Key = { id, text, role, rank, ecs, next: undefined, quoted: undefined, record: 0, field: 0, ...memory };
    this.#keys.push(key);
    return key;
  }

  #forgetKeys(): void {
    this.#table.clear();
    this.#keys = [];
    this.#first = undefined;
    this.#layouts.clear();
    this.#lastLayoutLength = -1;
  }

  // ── columns of their own

  #findWinners(): void {
    const { kind, count, valueStart, valueEnd } = this.#scanner;
    this.#winner.fill(-1);
    for (const field of this.#droppedRecord === this.#record ? this.#dropped : []) this.#taken[field] = 1;
    for (let field = 0; field < count; field++) {
      const { role, rank } = this.#keyOf[field]!;
      if (role === OTHER || role === TIME || this.#taken[field] === 1) continue;
      const value = kind[field]!;
      const fits =
        value <= ESCAPED ||
        (value === INTEGER && (role === SEVERITY || role === TRACE_ID || role === SPAN_ID)) ||
        (value === ARRAY && role === EXCEPTION);
      if (!fits && role !== PINO_MARK) continue;
      // python-json-logger writes an empty message beside what was logged as a dict.
      if (role === BODY && valueStart[field] === valueEnd[field]) continue;
      const best = this.#winner[role]!;
      if (best < 0 || rank < this.#keyOf[best]!.rank) this.#winner[role] = field;
    }
  }

  /** The field that says when it happened; the time reader then holds it. A field with a zone beats a naive one, then the names' order counts. */
  #findTime(bytes: Uint8Array): number {
    const scanner = this.#scanner;
    const reader = this.#time;
    let best = -1;
    let bestRank = Infinity;
    let bestNaive = false;
    for (let field = 0; field < scanner.count; field++) {
      const key = this.#keyOf[field]!;
      if (key.role !== TIME) continue;
      if (!this.#readTime(bytes, field)) continue;
      const rank = key.rank + (reader.naive ? 100 : 0);
      if (rank >= bestRank) continue;
      best = field;
      bestRank = rank;
      bestNaive = reader.naive;
    }
    if (best >= 0) this.#readTime(bytes, best);
    return best >= 0 && bestNaive === reader.naive ? best : -1;
  }

  #readTime(bytes: Uint8Array, field: number): boolean {
    const scanner = this.#scanner;
    const [start, end] = [scanner.valueStart[field]!, scanner.valueEnd[field]!];
    switch (scanner.kind[field]!) {
      case STRING:
        return (
          (this.#time.readText(bytes, start, end) && this.#time.end === end) || this.#time.readNumber(bytes, start, end)
        );
      case INTEGER:
      case FLOAT:
        return this.#time.readNumber(bytes, start, end);
      default:
        return false;
    }
  }

  #clockKey(field: number): string {
    return `${this.#keyOf[field]!.text}/${this.#time.hasT ? 'T' : ' '}`;
  }

  #openAt(field: number): boolean {
    const time = this.#time;
    let { seconds, exact } = time;
    this.#zone = '';
    if (time.naive) {
      this.#zone = this.#rows.zoneOfClock(this.#clockKey(field), seconds);
      const zone = zoneOf(this.#zone);
      const local = seconds;
      if (zone !== undefined) seconds = zone.instantOf(local);
      exact = exact && zone !== undefined && seconds + zone.offsetAt(seconds) === local;
    }
    if (!this.#rows.open(seconds, time.nanos)) return false;
    const text = this.#scanner.kind[field] === STRING;
    if (exact && text === time.format >= 0) this.#take(field, TIME, time.format);
    return true;
  }

  #take(field: number, role: number, format: number): void {
    this.#taken[field] = 1;
    const at = this.#layoutLength;
    this.#layout[at] = this.#keyOf[field]!.id;
    this.#layout[at + 1] = role;
    this.#layout[at + 2] = format;
    this.#layoutLength = at + 3;
  }

  #pushSeverity(bytes: Uint8Array): void {
    const { logs } = this.#rows;
    const field = this.#winner[SEVERITY]!;
    if (field < 0) {
      const level = this.#ecs.level ?? '';
      logs.severity.push(level === '' ? 0 : severityOfWord(level));
      logs.severityText.push(level);
      return;
    }
    const text = this.#text(bytes, field);
    const number = this.#scanner.kind[field] === INTEGER;
    const pino = this.#winner[PINO_MARK]! >= 0;
    logs.severity.push(number ? severityOfNumber(Number(text), pino ? 'pino' : 'python') : severityOfWord(text));
    logs.severityText.push(text);
    if (this.#whole && String(number ? Number(text) : text) === text) this.#take(field, SEVERITY, number ? 1 : 0);
  }

  #pushNamed(bytes: Uint8Array): void {
    const rows = this.#rows;
    const logger = this.#winner[LOGGER]!;
    if (logger < 0) rows.logs.logger.push(this.#ecs.logger ?? '');
    else {
      rows.logs.logger.push(this.#text(bytes, logger));
      this.#take(logger, LOGGER, 0);
    }
    const service = this.#winner[SERVICE]!;
    const name = service < 0 ? (this.#ecs.service ?? '') : this.#text(bytes, service);
    if (service >= 0 && name !== '') this.#take(service, SERVICE, 0);
    rows.pushService(name);
  }

  #pushBody(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const { body } = this.#rows.logs;
    const field = this.#winner[BODY]!;
    // Without a message the document itself is what can be read and searched.
    if (field < 0) return body.pushBytes(bytes, view, start, end);
    this.#pushText(body, bytes, view, field);
    this.#take(field, BODY, 0);
  }

  #pushIds(bytes: Uint8Array): void {
    const { logs } = this.#rows;
    this.#pushIdField(bytes, TRACE_ID, logs.traceId, this.#ecs.trace);
    this.#pushIdField(bytes, SPAN_ID, logs.spanId, this.#ecs.span);
  }

  #pushIdField(bytes: Uint8Array, role: number, column: FixedColumn, nested: string | undefined): void {
    const field = this.#winner[role]!;
    if (field < 0 && nested === undefined) return column.pushZero();
    const { kind, valueStart, valueEnd } = this.#scanner;
    const isInteger = field >= 0 && kind[field] === INTEGER;
    if (field < 0 || (kind[field] !== STRING && !isInteger)) {
      const text = encoder.encode(nested ?? '');
      pushId(column, text, 0, text.length);
      return;
    }
    if (pushId(column, bytes, valueStart[field]!, valueEnd[field]!, isInteger)) this.#take(field, role, 0);
  }

  #pushException(bytes: Uint8Array): void {
    const rows = this.#rows;
    const typeField = this.#winner[EXCEPTION_TYPE]!;
    const messageField = this.#winner[EXCEPTION_MESSAGE]!;
    const type = typeField < 0 ? (this.#ecs.errorType ?? '') : this.#text(bytes, typeField);
    const message = messageField < 0 ? (this.#ecs.errorMessage ?? '') : this.#text(bytes, messageField);
    const field = this.#winner[EXCEPTION]!;
    const { kind, valueStart, valueEnd } = this.#scanner;
    let stack = this.#ecs.stack ?? '';
    if (field >= 0 && kind[field] === ARRAY) {
      stack = this.#arrayStack(bytes, field);
    } else if (field >= 0 && valueEnd[field]! > valueStart[field]!) {
      stack = this.#text(bytes, field);
      this.#take(field, EXCEPTION, 0);
    } else if (this.#winner[MAYBE_EXCEPTION]! >= 0) {
      const maybe = this.#winner[MAYBE_EXCEPTION]!;
      const text = this.#text(bytes, maybe);
      if (holdsTraceback(text)) {
        stack = text;
        this.#take(maybe, EXCEPTION, 0);
      }
    }
    if (stack === '' && type === '') rows.pushNoException();
    else rows.pushException(stack, type, message);
  }

  /** An array of lines (python-json-logger) or of structlog's exception objects, as one text. */
  #arrayStack(bytes: Uint8Array, field: number): string {
    const { valueStart, valueEnd } = this.#scanner;
    const items = JSON.parse(readText(bytes, valueStart[field]!, valueEnd[field]!)) as unknown[];
    const lines = items.filter((item): item is string => typeof item === 'string');
    if (items.length === 0 || lines.length < items.length) return readEcsObject.structlogStack(items);
    // Only what joining and splitting gives back may stand in the column alone.
    if (this.#whole && lines.every((line) => !line.includes('\n')) && !(lines.length === 1 && lines[0] === ''))
      this.#take(field, EXCEPTION, 1);
    return lines.join('\n');
  }

  #readEcs(bytes: Uint8Array, count: number): void {
    const ecs = this.#ecs;
    for (const name of Object.keys(ecs) as (keyof EcsValues)[]) delete ecs[name];
    const { kind, valueStart, valueEnd } = this.#scanner;
    for (let field = 0; field < count; field++) {
      const key = this.#keyOf[field]!;
      if (!key.ecs || kind[field] !== OBJECT) continue;
      readEcsObject.read(key.text, JSON.parse(readText(bytes, valueStart[field]!, valueEnd[field]!)), ecs);
    }
  }

  // ── attributes

  #pushAttributes(bytes: Uint8Array, view: DataView, count: number): void {
    const { kind, valueStart, valueEnd } = this.#scanner;
    const { attributes } = this.#rows.logs;
    for (let field = 0; field < count; field++) {
      if (this.#taken[field] === 1) continue;
      const [start, end] = [valueStart[field]!, valueEnd[field]!];
      switch (kind[field]!) {
        case STRING:
        case ESCAPED:
          attributes.strings.keys.pushIndex(this.#keyIndex(field, STRINGS));
          this.#pushText(attributes.strings.values, bytes, view, field);
          break;
        case INTEGER:
          this.#pushInteger(bytes, field, start, end);
          break;
        case FLOAT:
          this.#pushFloat(field, readFloat(bytes, start, end), bytes);
          break;
        case NOT_A_NUMBER:
          this.#pushFloat(field, Number.NaN, undefined);
          break;
        case INFINITE:
          this.#pushFloat(field, Infinity, undefined);
          break;
        case MINUS_INFINITE:
          this.#pushFloat(field, -Infinity, undefined);
          break;
        case TRUE:
        case FALSE:
          attributes.bools.keys.pushIndex(this.#keyIndex(field, BOOLS));
          attributes.bools.values.push(kind[field] === TRUE ? 1 : 0);
          break;
        case ODD:
          this.#whole = false;
          attributes.strings.keys.pushIndex(this.#keyIndex(field, STRINGS));
          attributes.strings.values.pushBytes(bytes, view, start, end);
          break;
        case NULL:
        case OBJECT:
        case ARRAY:
          this.#pushJson(bytes, field);
          break;
        default:
      }
    }
    if (this.#json.length > 0) {
      this.#json.reserve(1);
      this.#json.bytes[this.#json.length++] = 0x7d;
    }
  }

  #pushInteger(bytes: Uint8Array, field: number, start: number, end: number): void {
    const { ints } = this.#rows.logs.attributes;
    const value = readSafeInteger(bytes, start, end);
    if (Object.is(value, -0)) return this.#pushFloat(field, value, undefined);
    if (!Number.isNaN(value)) {
      ints.keys.pushIndex(this.#keyIndex(field, INTS));
      ints.values.pushNumber(value);
      return;
    }
    const big = end - start <= INT64_DIGITS + 1 ? BigInt(readText(bytes, start, end)) : undefined;
    if (big === undefined || BigInt.asIntN(64, big) !== big) return this.#pushJson(bytes, field);
    ints.keys.pushIndex(this.#keyIndex(field, INTS));
    ints.values.push(big);
  }

  /** Writes a float; a literal beyond the doubles (`bytes` given) is kept as it is written. */
  #pushFloat(field: number, value: number, bytes: Uint8Array | undefined): void {
    if (bytes !== undefined && !Number.isFinite(value)) return this.#pushJson(bytes, field);
    const { floats } = this.#rows.logs.attributes;
    floats.keys.pushIndex(this.#keyIndex(field, FLOATS));
    floats.values.push(value);
  }

  /** Adds the field as it is written to the object of what is no scalar. */
  #pushJson(bytes: Uint8Array, field: number): void {
    const json = this.#json;
    const { valueStart, valueEnd } = this.#scanner;
    const key = this.#keyOf[field]!;
    const name = (key.quoted ??= encoder.encode(JSON.stringify(key.text)));
    const size = valueEnd[field]! - valueStart[field]!;
    json.reserve(size + name.length + 3);
    json.bytes[json.length++] = json.length === 1 ? 0x7b : 0x2c;
    json.append(name);
    json.bytes[json.length++] = 0x3a;
    json.append(bytes.subarray(valueStart[field]!, valueEnd[field]!));
  }

  #keyIndex(field: number, map: number): number {
    const key = this.#keyOf[field]!;
    if (key.frame[map] === this.#frame) return key.index[map]!;
    const { strings, ints, floats, bools } = this.#rows.logs.attributes;
    const index = [strings, ints, floats, bools][map]!.keys.indexOf(key.text);
    key.frame[map] = this.#frame;
    key.index[map] = index;
    return index;
  }

  // ── values

  #isString(field: number): boolean {
    return this.#scanner.kind[field]! <= ESCAPED;
  }

  #unescape(bytes: Uint8Array, field: number): void {
    const scratch = this.#scratch;
    scratch.clear();
    if (!unescapeJson(bytes, this.#scanner.valueStart[field]!, this.#scanner.valueEnd[field]!, scratch))
      this.#whole = false;
    if (this.#scratchView.buffer !== scratch.bytes.buffer) this.#scratchView = new DataView(scratch.bytes.buffer);
  }

  /** The value of a string or number as text. */
  #text(bytes: Uint8Array, field: number): string {
    const { kind, valueStart, valueEnd } = this.#scanner;
    if (kind[field] !== ESCAPED) return readText(bytes, valueStart[field]!, valueEnd[field]!);
    this.#unescape(bytes, field);
    return readText(this.#scratch.bytes, 0, this.#scratch.length);
  }

  #pushText(column: TextColumn, bytes: Uint8Array, view: DataView, field: number): void {
    const { kind, valueStart, valueEnd } = this.#scanner;
    if (kind[field] === ESCAPED) {
      this.#unescape(bytes, field);
      column.pushBytes(this.#scratch.bytes, this.#scratchView, 0, this.#scratch.length);
    } else column.pushBytes(bytes, view, valueStart[field]!, valueEnd[field]!);
  }

  // ── layout

  #layoutText(): string {
    const length = this.#layoutLength;
    let same = length === this.#lastLayoutLength;
    for (let at = 0; same && at < length; at++) same = this.#layout[at] === this.#lastLayout[at];
    const zone = this.#zone;
    if (same && this.#lastZone === zone) return this.#lastLayoutText;
    const code = `${this.#layout.subarray(0, length).join(' ')} ${zone}`;
    let text = this.#layouts.get(code);
    if (text === undefined) {
      if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts.clear();
      text = this.#printLayout(zone);
      this.#layouts.set(code, text);
    }
    this.#lastLayout.set(this.#layout.subarray(0, length));
    this.#lastLayoutLength = length;
    this.#lastLayoutText = text;
    this.#lastZone = zone;
    return text;
  }

  #lastZone = '';

  #printLayout(zone: string): string {
    const fields: string[][] = [];
    for (let at = 0; at < this.#layoutLength; at += 3) {
      const [role, format] = [this.#layout[at + 1]!, this.#layout[at + 2]!];
      const form = role === TIME ? [describeFormat(format), zone] : format === 0 ? [] : [String(format)];
      fields.push([this.#keys[this.#layout[at]!]!.text, columnNames[role] ?? '', ...form]);
    }
    return JSON.stringify({ json: fields });
  }
}

interface TextColumn {
  pushBytes(source: Uint8Array, view: DataView, start: number, end: number): void;
}

const columnNames: Readonly<Record<number, string>> = {
  [TIME]: 'time',
  [SEVERITY]: 'severityText',
  [BODY]: 'body',
  [LOGGER]: 'logger',
  [SERVICE]: 'service',
  [TRACE_ID]: 'traceId',
  [SPAN_ID]: 'spanId',
  [EXCEPTION]: 'exceptionStack',
};
