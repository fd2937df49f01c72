// Joins the lines of one source to records: a JSON document that is printed over several lines, and a text line with its traceback
// and the other lines that belong to it. A state machine over single lines; what is pending is given out by the next record's
// beginning, by `flush` (the caller does that after a second of silence), or when it grows too large.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { readText } from './json-values.ts';
import { startsRecord } from './record-start.ts';

/** Bounds of one record. */
export const MAX_RECORD_BYTES = 1 << 20;
const MAX_RECORD_LINES = 10_000;
const MAX_BLANK_LINES = 3;
const HEAD = 160;

const HEADER = /^[ |+]*(?:Exception Group )?Traceback \(most recent call last\):/;
const CONNECTOR =
  /^[ |]*(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)/;
const GROUP_END = /^ {2}\s*\+-{20,}$/;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const NOTHING = 0;
/** A text record; what is indented, and a traceback, belongs to it. */
const RECORD = 1;
/** In a traceback, before the line that names the exception. */
const TRACE = 2;
/** Behind the line that names the exception: its message may go on, a chained traceback may follow. */
const RAISED = 3;
/** In a JSON document over several lines. */
const DOCUMENT = 4;

/** Receives a record and the position behind its last line. */
export type RecordSink = (record: Uint8Array, end: number) => void;

export class RecordJoiner {
  readonly #sink: RecordSink;
  readonly #pending = new ByteBuffer();
  #state = NOTHING;
  #lines = 0;
  #end = 0;
  #blanks = 0;
  // Lines of this source that begin like a log record, and those that do not though they might (outside of tracebacks).
  #prefixed = 0;
  #plain = 0;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  get isPending(): boolean {
    return this.#state !== NOTHING;
  }

  /** Takes a line without its line break; `end` is the position behind it. The bytes may be kept until the record is given out. */
  push(line: Uint8Array, end: number): void {
    const size = line.length;
    if (this.#state === DOCUMENT) {
      if (this.#pushDocument(line, end)) return;
    } else if (line[0] === OPEN_BRACE && this.#pushJson(line, end)) return;
    if (isBlank(line)) this.#pushBlank(end);
    else if (!this.#belongs(line)) {
      this.flush();
      this.#begin(line, end);
    } else this.#add(line, end);
    if (size >= MAX_RECORD_BYTES) this.flush();
  }

  /** Gives out what is pending. */
  flush(): void {
    if (this.#state === NOTHING) return;
    this.#state = NOTHING;
    this.#blanks = 0;
    const record = this.#pending.contents().slice();
    this.#pending.clear();
    this.#lines = 0;
    this.#sink(record, this.#end);
  }

  /** A line that begins with a brace: whole documents go straight through. */
  #pushJson(line: Uint8Array, end: number): boolean {
    let last = line.length - 1;
    while (last > 0 && line[last]! <= 0x20) last--;
    const isWhole = last > 0 && line[last] === CLOSE_BRACE;
    if (!isWhole && last > 0) return false;
    this.flush();
    if (isWhole) this.#sink(line, end);
    else {
      this.#state = DOCUMENT;
      this.#append(line, end);
    }
    return true;
  }

  /** Whether the line is part of the open document; otherwise the document was none and is given out as it is. */
  #pushDocument(line: Uint8Array, end: number): boolean {
    const first = line[0];
    if (first === CLOSE_BRACE) {
      this.#append(line, end);
      this.flush();
      return true;
    }
    if (first === 0x20 || first === 0x09) {
      this.#append(line, end);
      return true;
    }
    this.flush();
    return line[0] === OPEN_BRACE && this.#pushJson(line, end);
  }

  #pushBlank(end: number): void {
    if (this.#state === NOTHING) return;
    if (this.#blanks < MAX_BLANK_LINES) this.#blanks++;
    else if (this.#state !== TRACE) this.flush();
    this.#end = this.#state === NOTHING ? this.#end : end;
  }

  /** Whether the line goes on with the pending record; changes the state when it does. */
  #belongs(line: Uint8Array): boolean {
    const state = this.#state;
    const first = line[0]!;
    const indented = first === 0x20 || first === 0x09;
    if (state === NOTHING) return false;
    if (indented) {
      if (first === 0x20 && (line[2] === 0x2b || line[2] === 0x7c) && HEADER.test(headOf(line))) this.#state = TRACE;
      else if (state !== TRACE && isFrame(line)) this.#state = TRACE;
      else if (line.at(-1) === 0x2d && GROUP_END.test(headOf(line))) this.#state = RAISED;
      return this.#blanks === 0 || state !== RECORD || this.#prefixed > 0;
    }
    const capitalT = first === 0x54;
    if (capitalT || first === 0x44) {
      const head = headOf(line);
      if (HEADER.test(head)) return this.#joinsHeader(state);
      if ((state === RAISED || state === TRACE) && CONNECTOR.test(head)) {
        this.#state = TRACE;
        return true;
      }
    }
    if (startsRecord(line, 0, line.length)) return false;
    if (state === TRACE) {
      this.#state = RAISED;
      return true;
    }
    if (state === RAISED) return this.#blanks === 0 || this.#isPrefixed;
    return this.#isPrefixed && this.#headIsPrefixed;
  }

  /** A traceback's header goes on a record with a prefix, and follows a connector of chained ones. */
  #joinsHeader(state: number): boolean {
    const joins = state === TRACE ? true : state === RECORD && this.#headIsPrefixed && this.#blanks === 0;
    if (joins) this.#state = TRACE;
    return joins;
  }

  #headIsPrefixed = false;

  /** Whether records of this source carry a prefix, so that a line without one belongs to the record before it. */
  get #isPrefixed(): boolean {
    return this.#prefixed > 0 && this.#prefixed * 4 >= this.#plain;
  }

  #begin(line: Uint8Array, end: number): void {
    const isHeader = HEADER.test(headOf(line));
    this.#headIsPrefixed = !isHeader && startsRecord(line, 0, line.length);
    if (this.#headIsPrefixed) this.#prefixed++;
    else if (!isHeader) this.#plain++;
    if (this.#prefixed + this.#plain > 1000) {
      this.#prefixed = Math.ceil(this.#prefixed / 2);
      this.#plain = Math.floor(this.#plain / 2);
    }
    this.#state = isHeader || isFrame(line) ? TRACE : RECORD;
    this.#append(line, end);
  }

  #add(line: Uint8Array, end: number): void {
    const { length } = this.#pending;
    if (length + line.length > MAX_RECORD_BYTES || this.#lines >= MAX_RECORD_LINES) {
      this.flush();
      this.#state = RECORD;
      this.#headIsPrefixed = true;
    }
    this.#append(line, end);
  }

  #append(line: Uint8Array, end: number): void {
    const pending = this.#pending;
    if (pending.length + line.length > MAX_RECORD_BYTES && this.#state === DOCUMENT) {
      this.flush();
      this.#state = RECORD;
    }
    for (; this.#blanks > 0; this.#blanks--) pending.append(lineFeed);
    if (this.#lines++ > 0) pending.append(lineFeed);
    pending.append(line);
    this.#end = end;
  }
}

const lineFeed = Uint8Array.of(0x0a);

function headOf(line: Uint8Array): string {
  return readText(line, 0, Math.min(line.length, HEAD));
}

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

/** `  File "…", line N`: the first line of a syntax error has no header before it. */
function isFrame(line: Uint8Array): boolean {
  return line[0] === 0x20 && line[2] === 0x46 && /^ {2}File "[^"]*", line \d+/.test(headOf(line));
}
