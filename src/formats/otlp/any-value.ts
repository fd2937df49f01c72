// AnyValue and KeyValue lists (opentelemetry/proto/common/v1) as plain JSON: strings, numbers, booleans, null, arrays and objects;
// bytes are base64 text. In any order of fields, the last one of a oneof counts, as protobuf says.
import type { ByteBuffer } from '../../base/byte-buffer.ts';
import { BadRow } from './bad-row.ts';
import { writeAscii, writeDouble, writeInt64, writeJsonBase64, writeJsonString } from './json-writer.ts';
import type { WireReader } from './wire-reader.ts';

/** Values nested deeper than this make their row a bad one. */
export const MAX_VALUE_DEPTH = 64;

/** Appends the AnyValue in `[reader.at, end)` as JSON. */
export function writeAnyValue(reader: WireReader, end: number, out: ByteBuffer, depth = 0): void {
  if (depth > MAX_VALUE_DEPTH) throw new BadRow(`a value is nested deeper than ${MAX_VALUE_DEPTH} levels`);
  const before = out.length;
  let written = false;
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag !== 0x0a && tag !== 0x10 && tag !== 0x18 && tag !== 0x21 && tag !== 0x2a && tag !== 0x32 && tag !== 0x3a) {
      reader.skip(tag, end);
      continue;
    }
    out.length = before;
    written = true;
    if (tag === 0x10) {
      reader.readVarint64(end);
      writeAscii(out, reader.low !== 0 || reader.high !== 0 ? 'true' : 'false');
    } else if (tag === 0x18) {
      reader.readVarint64(end);
      writeInt64(out, reader.low, reader.high);
    } else if (tag === 0x21) {
      writeDouble(out, reader.view.getFloat64(reader.readFixed(8, end), true));
    } else {
      const stop = reader.readLength(end);
      if (tag === 0x0a) writeJsonString(out, reader.bytes, reader.at, stop);
      else if (tag === 0x3a) writeJsonBase64(out, reader.bytes, reader.at, stop);
      else if (tag === 0x2a) writeArray(reader, stop, out, depth);
      else writeKeyValues(reader, stop, out, 0x0a, depth + 1);
      reader.at = stop;
    }
  }
  if (!written) writeAscii(out, 'null');
}

function writeArray(reader: WireReader, end: number, out: ByteBuffer, depth: number): void {
  writeAscii(out, '[');
  const first = out.length;
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag !== 0x0a) {
      reader.skip(tag, end);
      continue;
    }
    const stop = reader.readLength(end);
    if (out.length > first) writeAscii(out, ',');
    writeAnyValue(reader, stop, out, depth + 1);
  }
  writeAscii(out, ']');
}

/** Appends the KeyValues that stand as fields with `tag` in `[reader.at, end)` as one JSON object; other fields are skipped. */
export function writeKeyValues(reader: WireReader, end: number, out: ByteBuffer, tag: number, depth = 0): void {
  writeAscii(out, '{');
  const first = out.length;
  while (reader.at < end) {
    const found = reader.readTag(end);
    if (found !== tag) {
      reader.skip(found, end);
      continue;
    }
    const stop = reader.readLength(end);
    if (out.length > first) writeAscii(out, ',');
    writeKeyValue(reader, stop, out, depth);
  }
  writeAscii(out, '}');
}

/** Appends the KeyValue in `[reader.at, end)` as `"key":value`. */
export function writeKeyValue(reader: WireReader, end: number, out: ByteBuffer, depth = 0): void {
  let keyStart = 0;
  let keyEnd = 0;
  let valueStart = 0;
  let valueEnd = 0;
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag === 0x0a) {
      keyEnd = reader.readLength(end);
      keyStart = reader.at;
      reader.at = keyEnd;
    } else if (tag === 0x12) {
      valueEnd = reader.readLength(end);
      valueStart = reader.at;
      reader.at = valueEnd;
    } else reader.skip(tag, end);
  }
  writeJsonString(out, reader.bytes, keyStart, keyEnd);
  writeAscii(out, ':');
  reader.at = valueStart;
  writeAnyValue(reader, valueEnd, out, depth);
  reader.at = end;
}
