// Events and links of a span as JSON text, and the exception that an event tells of.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { writeKeyValues } from './any-value.ts';
import { uint64Text, writeAscii, writeJsonHex, writeJsonString } from './json-writer.ts';
import { readAttribute } from './resource.ts';
import type { RowTally } from './row-tally.ts';
import type { WireReader } from './wire-reader.ts';

/** What an empty event or link becomes. */
const FRAME_BYTES = 64;

export class SpanDetails {
  /** JSON arrays once `close` was called; empty for none. */
  readonly events = new ByteBuffer();
  readonly links = new ByteBuffer();
  exceptionType = '';
  exceptionMessage = '';
  exceptionStack = '';
  readonly #reader: WireReader;

  constructor(reader: WireReader) {
    this.#reader = reader;
  }

  beginRow(): void {
    this.events.clear();
    this.links.clear();
    this.exceptionType = '';
    this.exceptionMessage = '';
    this.exceptionStack = '';
  }

  /** Takes the Span.Event in `[reader.at, end)`: `{"time":"ns","name":…,"attributes":{…}}`. */
  addEvent(end: number, tally: RowTally): void {
    tally.repeat(FRAME_BYTES);
    const reader = this.#reader;
    const out = this.events;
    const start = reader.at;
    let timeAt = -1;
    let nameStart = 0;
    let nameEnd = 0;
    let dropped = 0;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x09) timeAt = reader.readFixed(8, end);
      else if (tag === 0x12) {
        nameEnd = reader.readLength(end);
        nameStart = reader.at;
        reader.at = nameEnd;
      } else if (tag === 0x20) dropped = reader.readVarint(end);
      else reader.skip(tag, end);
    }
    const low = timeAt < 0 ? 0 : reader.view.getUint32(timeAt, true);
    const high = timeAt < 0 ? 0 : reader.view.getUint32(timeAt + 4, true);
    writeAscii(out, out.length === 0 ? '[' : ',');
    writeAscii(out, `{"time":"${uint64Text(low, high)}","name":`);
    writeJsonString(out, reader.bytes, nameStart, nameEnd);
    this.#writeRest(out, start, end, 0x1a, dropped);
    if (reader.text(nameStart, Math.min(nameEnd, nameStart + 16)) === 'exception') this.#readException(start, end);
    reader.at = end;
  }

  /** Takes the Span.Link in `[reader.at, end)`: `{"traceId":hex,"spanId":hex,"traceState"?:…,"attributes":{…}}`. */
  addLink(end: number, tally: RowTally): void {
    tally.repeat(FRAME_BYTES);
    const reader = this.#reader;
    const out = this.links;
    const start = reader.at;
    let traceStart = 0;
    let traceEnd = 0;
    let spanStart = 0;
    let spanEnd = 0;
    let stateStart = 0;
    let stateEnd = 0;
    let dropped = 0;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x0a) {
        traceEnd = reader.readLength(end);
        traceStart = reader.at;
        reader.at = traceEnd;
      } else if (tag === 0x12) {
        spanEnd = reader.readLength(end);
        spanStart = reader.at;
        reader.at = spanEnd;
      } else if (tag === 0x1a) {
        stateEnd = reader.readLength(end);
        stateStart = reader.at;
        reader.at = stateEnd;
      } else if (tag === 0x28) dropped = reader.readVarint(end);
      else reader.skip(tag, end);
    }
    writeAscii(out, out.length === 0 ? '[' : ',');
    writeAscii(out, '{"traceId":');
    writeJsonHex(out, reader.bytes, traceStart, traceEnd);
    writeAscii(out, ',"spanId":');
    writeJsonHex(out, reader.bytes, spanStart, spanEnd);
    if (stateEnd > stateStart) {
      writeAscii(out, ',"traceState":');
      writeJsonString(out, reader.bytes, stateStart, stateEnd);
    }
    this.#writeRest(out, start, end, 0x22, dropped);
    reader.at = end;
  }

  #writeRest(out: ByteBuffer, start: number, end: number, attributesTag: number, dropped: number): void {
    this.#reader.at = start;
    writeAscii(out, ',"attributes":');
    writeKeyValues(this.#reader, end, out, attributesTag);
    writeAscii(out, dropped > 0 ? `,"droppedAttributesCount":${dropped}}` : '}');
  }

  #readException(start: number, end: number): void {
    const reader = this.#reader;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== 0x1a) {
        reader.skip(tag, end);
        continue;
      }
      const { name, text } = readAttribute(reader, reader.readLength(end));
      if (name === 'exception.type') this.exceptionType = text;
      else if (name === 'exception.message') this.exceptionMessage = text;
      else if (name === 'exception.stacktrace') this.exceptionStack = text;
    }
  }

  /** Ends the arrays of this span. */
  close(): void {
    if (this.events.length > 0) writeAscii(this.events, ']');
    if (this.links.length > 0) writeAscii(this.links, ']');
  }
}
