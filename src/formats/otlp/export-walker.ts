// The common shape of the three export requests: resources, in each of them scopes, in each of them rows. The resource and the
// scope may stand behind what they describe, so each level is looked through for them first.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { ResourceCache, type DecodedResource } from './resource.ts';
import type { WireReader } from './wire-reader.ts';
import { writeBytesField } from './wire-writer.ts';

/** An instrumentation scope. */
export interface DecodedScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
  /** What rows carry of it: KeyValue fields with tag 0x0a, `otel.scope.version` and its attributes as `otel.scope.…`. */
  readonly attributes: ByteBuffer;
}

/** What one signal does with its rows. */
export interface RowDecoder {
  beginResource(resource: DecodedResource): void;
  beginScope(scope: DecodedScope): void;
  /** Decodes the row message `[start, end)`. */
  decodeRow(start: number, end: number): void;
}

const GROUP = 0x0a;
/** Tag of the resource in its group, and of the scope in its. */
const SUBJECT = 0x0a;
const MEMBER = 0x12;
const SCHEMA_URL = 0x1a;

const encoder = new TextEncoder();

export class ExportWalker {
  readonly #reader: WireReader;
  readonly #resources = new ResourceCache();
  #subjectStart = 0;
  #subjectEnd = 0;
  #schemaUrl = '';

  constructor(reader: WireReader) {
    this.#reader = reader;
  }

  /** Walks the whole request that the reader was opened on. */
  walk(rows: RowDecoder): void {
    const reader = this.#reader;
    const end = reader.bytes.length;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== GROUP) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      this.#walkResource(stop, rows);
    }
  }

  #walkResource(end: number, rows: RowDecoder): void {
    const reader = this.#reader;
    const start = reader.at;
    this.#findSubject(end);
    rows.beginResource(this.#resources.get(reader, this.#subjectStart, this.#subjectEnd));
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== MEMBER) reader.skip(tag, end);
      else this.#walkScope(reader.readLength(end), rows);
    }
  }

  #walkScope(end: number, rows: RowDecoder): void {
    const reader = this.#reader;
    const start = reader.at;
    this.#findSubject(end);
    rows.beginScope(this.#decodeScope());
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== MEMBER) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      rows.decodeRow(reader.at, stop);
      reader.at = stop;
    }
  }

  #findSubject(end: number): void {
    const reader = this.#reader;
    this.#subjectStart = 0;
    this.#subjectEnd = 0;
    this.#schemaUrl = '';
    const { bytes } = reader;
    while (reader.at < end) {
      const { at } = reader;
      // Members are passed over by the thousand: their lengths have one or two bytes.
      if (bytes[at] === MEMBER && at + 3 <= end) {
        const first = bytes[at + 1]!;
        const second = bytes[at + 2]!;
        const next = first < 0x80 ? at + 2 + first : at + 3 + (first & 0x7f) + second * 0x80;
        if ((first < 0x80 || second < 0x80) && next <= end) {
          reader.at = next;
          continue;
        }
      }
      const tag = reader.readTag(end);
      if (tag !== SUBJECT && tag !== SCHEMA_URL) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      if (tag === SCHEMA_URL) this.#schemaUrl = reader.text(reader.at, stop);
      else {
        this.#subjectEnd = stop;
        this.#subjectStart = reader.at;
      }
      reader.at = stop;
    }
  }

  #decodeScope(): DecodedScope {
    const reader = this.#reader;
    const end = this.#subjectEnd;
    let name = '';
    let version = '';
    const attributes = new ByteBuffer(64);
    reader.at = this.#subjectStart;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      if (tag === 0x0a) name = reader.text(reader.at, stop);
      else if (tag === 0x12) version = reader.text(reader.at, stop);
      else this.#prefixAttribute(stop, attributes);
      reader.at = stop;
    }
    if (version !== '') {
      const value = new ByteBuffer(64);
      writeBytesField(value, 0x0a, encoder.encode(version));
      writeAttribute(attributes, 'otel.scope.version', value.contents());
    }
    return { name, version, schemaUrl: this.#schemaUrl, attributes };
  }

  #prefixAttribute(end: number, attributes: ByteBuffer): void {
    const reader = this.#reader;
    let key = '';
    let value = reader.slice(0, 0);
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag !== 0x0a && tag !== 0x12) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.readLength(end);
      if (tag === 0x0a) key = reader.text(reader.at, stop);
      else value = reader.slice(reader.at, stop);
      reader.at = stop;
    }
    writeAttribute(attributes, `otel.scope.${key}`, value);
  }
}

function writeAttribute(out: ByteBuffer, key: string, value: Uint8Array): void {
  const pair = new ByteBuffer(value.length + 64);
  writeBytesField(pair, 0x0a, encoder.encode(key));
  writeBytesField(pair, 0x12, value);
  writeBytesField(out, 0x0a, pair.contents());
}
