// Records of a source (a JSON document, or a text line with the lines that belong to it) → rows. A pure function of the frame's
// meta, its time of arrival and the bytes; what is remembered between frames only makes it faster.
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { readConsoleSpan } from './console-span.ts';
import { JsonRecordReader } from './json-record.ts';
import { logfmtToJson } from './logfmt.ts';
import { RowWriter, type LineFrame } from './row-writer.ts';
import { TextRecordReader } from './text-record.ts';

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COLON = 0x3a;
/** What may stand before a document: python-json-logger's `prefix`, `@cee: `. */
const MAX_PREFIX = 64;
const SPACE = 0x20;
const EQUALS = 0x3d;
/** A clock stands in the first bytes of a text. */
const MAX_CLOCK_TEXT = 1000;
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Without exceptions, which cost more than the text itself where a source writes another encoding. */
function isUtf8(bytes: Uint8Array): boolean {
  const text = lenient.decode(bytes);
  if (!text.includes('\ufffd')) return true;
  const again = encoder.encode(text);
  return again.length === bytes.length && again.every((byte, index) => byte === bytes[index]);
}

/** A naive clock as a record shows it: its key among the clocks of a source, and its reading in seconds as if it were UTC. */
export interface ClockReading {
  readonly key: string;
  readonly local: number;
}

/** What became of one record. */
export type LineOutcome = 'stored' | 'expired';

export class LineDecoder {
  readonly #rows = new RowWriter();
  readonly #json = new JsonRecordReader(this.#rows);
  readonly #text = new TextRecordReader(this.#rows);
  #clean = true;

  /** Begins a frame; `body` is all its records' bytes. */
  begin(block: TelemetryBlock, frame: LineFrame, body: Uint8Array): void {
    this.#rows.begin(block, frame);
    this.#json.begin();
    this.#clean = isUtf8(body);
  }

  /** How many records' times lay in the future so far. */
  get clamped(): number {
    return this.#rows.clamped;
  }

  /** Decodes the record `bytes[start, end)`; `view` is over the same bytes. */
  decode(bytes: Uint8Array, view: DataView, start: number, end: number): LineOutcome {
    if (!this.#clean && !isUtf8(bytes.subarray(start, end))) {
      // Other encodings (GBK, Latin-1): what can be read is shown, and the bytes are kept as they came.
      const original = bytes.subarray(start, end);
      const mended = encoder.encode(lenient.decode(original));
      return this.#decode(mended, new DataView(mended.buffer), 0, mended.length, original);
    }
    return this.#decode(bytes, view, start, end, undefined);
  }

  /** The naive clock of a record, if it shows one. */
  readClock(bytes: Uint8Array, start: number, end: number): ClockReading | undefined {
    if (this.#documentIn(bytes, start, end) >= 0) return this.#json.readClock(bytes);
    return this.#text.readClock(lenient.decode(bytes.subarray(start, Math.min(end, start + MAX_CLOCK_TEXT))));
  }

  /** Where the record's JSON document begins, which is then scanned; −1 when it is a text. */
  #documentIn(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && bytes[at]! <= SPACE) at++;
    if (bytes[at] === OPEN_BRACE) return this.#json.scan(bytes, at, end) ? at : -1;
    if (bytes[end - 1] !== CLOSE_BRACE) return -1;
    const limit = Math.min(end, at + MAX_PREFIX);
    while (at < limit && bytes[at]! > SPACE && bytes[at] !== OPEN_BRACE) at++;
    if (bytes[at] === SPACE && bytes[at - 1] === COLON) at++;
    if (bytes[at] !== OPEN_BRACE || !this.#json.scan(bytes, at, end)) return -1;
    return this.#json.isLogRecord ? at : -1;
  }

  #decode(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    original: Uint8Array | undefined,
  ): LineOutcome {
    const at = this.#documentIn(bytes, start, end);
    if (at < 0) return this.#readText(bytes, view, start, end, original) ? 'stored' : 'expired';
    // What stands before the document is not in the columns.
    if (at > start && bytes[start]! > SPACE) original ??= bytes.subarray(start, end);
    if (this.#json.hasField('context') && this.#json.hasField('parent_id') && this.#json.hasField('start_time')) {
      const outcome = readConsoleSpan(bytes.subarray(start, end), this.#rows);
      if (outcome !== undefined) return outcome;
    }
    return this.#json.read(bytes, view, at, end, original) ? 'stored' : 'expired';
  }

  #readText(bytes: Uint8Array, view: DataView, start: number, end: number, original: Uint8Array | undefined): boolean {
    const text = bytes.subarray(start, end);
    const document = text.includes(EQUALS) ? logfmtToJson(lenient.decode(text)) : undefined;
    if (document === undefined) return this.#text.read(bytes, view, start, end, original);
    const json = encoder.encode(document);
    // What logfmt quotes and how is not told by the columns.
    const record = original ?? bytes.subarray(start, end);
    if (!this.#json.scan(json, 0, json.length)) return this.#text.read(bytes, view, start, end, original);
    return this.#json.read(json, new DataView(json.buffer), 0, json.length, record);
  }
}
