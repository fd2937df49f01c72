// Decodes the attributes of a row (a list of KeyValue) straight into typed maps. Scalars go to the maps, everything else to one
// JSON object. Old semantic-convention names wait until the row's end, because only then it is known whether the new name is there
// too. On logs, `exception.*` is not written but remembered: it has columns of its own.
// One file, because all of it is the state of one row.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { AttributeColumns } from '../../model/attribute-columns.ts';
import type { DictionaryColumn, Int64Column } from '../../model/columns.ts';
import { writeAnyValue } from './any-value.ts';
import { writeAscii } from './json-writer.ts';
import { KeyRole, KeyTable } from './key-table.ts';
import type { WireReader } from './wire-reader.ts';

const STRINGS = 0;
const INTS = 1;
const FLOATS = 2;
const BOOLS = 3;
const SCALAR_TAGS: ReadonlySet<number> = new Set([0x0a, 0x10, 0x18, 0x21]);
/** Of an id that is too long, this much is kept. */
const MAX_HEX_BYTES = 64;
/** A tag and a varint of at most 28 bits. */
const MAX_SHORT_INT = 5;
/** Positions of a row whose keys are predicted. */
const PREDICTED = 256;

function sameBytes(bytes: Uint8Array, oneStart: number, oneEnd: number, twoStart: number, twoEnd: number): boolean {
  if (oneEnd - oneStart !== twoEnd - twoStart) return false;
  for (let i = oneStart, j = twoStart; i < oneEnd; i++, j++) if (bytes[i] !== bytes[j]) return false;
  return true;
}

/** Whether the open row of `map` has the key. */
function hasKey(
  map: { readonly keys: DictionaryColumn; readonly ends: Int64Column },
  key: Uint8Array,
  start: number,
  end: number,
): boolean {
  const first = map.ends.rows === 0 ? 0 : map.ends.approximate(map.ends.rows - 1);
  for (let entry = first; entry < map.keys.rows; entry++) {
    if (map.keys.matches(map.keys.indexes.get(entry), key, start, end)) return true;
  }
  return false;
}

export class AttributeDecoder {
  readonly #columns: AttributeColumns;
  readonly #keys: KeyTable;
  readonly #guesses = new Int32Array(PREDICTED);
  readonly #json = new ByteBuffer();
  #position = 0;
  // Old names of this row: key, start and end of the value, three numbers each.
  #waiting = new Int32Array(48);
  #waitingCount = 0;
  // Per key: the row that had it last, and where its value stands.
  #seenRow = new Int32Array(0);
  #seenStart = new Int32Array(0);
  #seenEnd = new Int32Array(0);
  #row = 0;
  /** Where the text of this row's exception.type, .message and .stacktrace stands; an end of 0 is none. */
  exceptionTypeStart = 0;
  exceptionTypeEnd = 0;
  exceptionMessageStart = 0;
  exceptionMessageEnd = 0;
  exceptionStackStart = 0;
  exceptionStackEnd = 0;

  constructor(columns: AttributeColumns, withException: boolean) {
    this.#columns = columns;
    this.#keys = new KeyTable(withException);
  }

  /** Called before each request. */
  prepare(): void {
    this.#keys.prepare(this.#columns);
    this.#seenRow.fill(0);
    this.#row = 0;
  }

  beginRow(): void {
    this.#position = 0;
    this.#waitingCount = 0;
    this.#row++;
    this.#json.clear();
    this.exceptionTypeEnd = 0;
    this.exceptionMessageEnd = 0;
    this.exceptionStackEnd = 0;
  }

  /** Decodes the KeyValue in `[reader.at, end)`. */
  add(reader: WireReader, end: number): void {
    const { bytes, at } = reader;
    const keySize = end - at >= 4 && bytes[at] === 0x0a ? bytes[at + 1]! : 0x80;
    const keyEnd = at + 2 + keySize;
    // The usual shape: key, then value, with lengths of one byte.
    if (keySize < 0x80 && keyEnd + 2 <= end && bytes[keyEnd] === 0x12 && keyEnd + 2 + bytes[keyEnd + 1]! === end) {
      const start = keyEnd + 2;
      const position = this.#position & (PREDICTED - 1);
      const key = this.#guesses[position]!;
      if (bytes[keyEnd + 1]! < 0x80 && this.#keys.matches(key, reader.view, at + 2, keySize)) {
        this.#position++;
        this.#addKnown(reader, key, start, end);
        reader.at = end;
        return;
      }
      if (bytes[keyEnd + 1]! < 0x80) return this.#addPair(reader, at + 2, keyEnd, start, end, end);
    }
    let keyStart = 0;
    let keyStop = 0;
    let valueStart = 0;
    let valueStop = 0;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x0a) {
        keyStop = reader.readLength(end);
        keyStart = reader.at;
        reader.at = keyStop;
      } else if (tag === 0x12) {
        valueStop = reader.readLength(end);
        valueStart = reader.at;
        reader.at = valueStop;
      } else reader.skip(tag, end);
    }
    this.#addPair(reader, keyStart, keyStop, valueStart, valueStop, end);
  }

  #addPair(reader: WireReader, keyStart: number, keyEnd: number, start: number, end: number, next: number): void {
    const key = this.#keys.find(reader.bytes, keyStart, keyEnd);
    this.#guesses[this.#position++ & (PREDICTED - 1)] = key;
    this.#addKnown(reader, key, start, end);
    reader.at = next;
  }

  /** Takes the value `[start, end)` of a key. */
  #addKnown(reader: WireReader, key: number, start: number, end: number): void {
    const role = this.#keys.roleOf(key);
    if (role === KeyRole.plain) this.#push(reader, key, start, end);
    else this.#addSpecial(reader, key, role, start, end);
  }

  #addSpecial(reader: WireReader, key: number, role: number, start: number, end: number): void {
    if (role === KeyRole.current) {
      this.#remember(key, start, end);
      this.#push(reader, key, start, end);
    } else if (role === KeyRole.renamed || role === KeyRole.requestTarget) this.#wait(key, start, end);
    else if (!this.#takeException(reader, role, start, end)) this.#push(reader, key, start, end);
  }

  #wait(key: number, start: number, end: number): void {
    const at = this.#waitingCount * 3;
    if (at === this.#waiting.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#waiting);
      this.#waiting = grown;
    }
    this.#waiting[at] = key;
    this.#waiting[at + 1] = start;
    this.#waiting[at + 2] = end;
    this.#waitingCount++;
  }

  #remember(key: number, start: number, end: number): void {
    if (key >= this.#seenRow.length) {
      const grow = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
        const grown = new Int32Array(key * 2 + 64);
        grown.set(old);
        return grown;
      };
      this.#seenRow = grow(this.#seenRow);
      this.#seenStart = grow(this.#seenStart);
      this.#seenEnd = grow(this.#seenEnd);
    }
    this.#seenRow[key] = this.#row;
    this.#seenStart[key] = start;
    this.#seenEnd[key] = end;
  }

  #isSeen(key: number): boolean {
    return key < this.#seenRow.length && this.#seenRow[key] === this.#row;
  }

  /** Remembers where the text stands; false if the value is no text. */
  #takeException(reader: WireReader, role: number, start: number, end: number): boolean {
    reader.at = start;
    if (start === end || reader.readTag(end) !== 0x0a) return false;
    const stop = reader.readLength(end);
    if (stop !== end) return false;
    if (role === KeyRole.exceptionType) {
      this.exceptionTypeStart = reader.at;
      this.exceptionTypeEnd = stop;
    } else if (role === KeyRole.exceptionMessage) {
      this.exceptionMessageStart = reader.at;
      this.exceptionMessageEnd = stop;
    } else {
      this.exceptionStackStart = reader.at;
      this.exceptionStackEnd = stop;
    }
    return true;
  }

  /** Writes the AnyValue `[start, end)` under `key`. */
  #push(reader: WireReader, key: number, start: number, end: number): void {
    const { bytes } = reader;
    if (start + 1 < end) {
      const first = bytes[start]!;
      const second = bytes[start + 1]!;
      if (first === 0x0a && second < 0x80 && start + 2 + second === end) {
        const { strings } = this.#columns;
        strings.keys.pushIndex(this.#keys.indexIn(STRINGS, strings.keys, key));
        strings.values.pushPrefixed(bytes, reader.view, start + 1, end);
        return;
      }
      if (first === 0x18 && end - start <= MAX_SHORT_INT) {
        let value = 0;
        let at = start + 1;
        for (let shift = 0; at < end; shift += 7) {
          const byte = bytes[at++]!;
          value |= (byte & 0x7f) << shift;
          if (byte < 0x80) break;
        }
        if (at === end && bytes[end - 1]! < 0x80) return this.pushInt(key, value, 0);
      }
    }
    this.#pushAny(reader, key, start, end);
  }

  #pushAny(reader: WireReader, key: number, start: number, end: number): void {
    let kind = 0;
    let from = start;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (
        tag === 0x0a ||
        tag === 0x10 ||
        tag === 0x18 ||
        tag === 0x21 ||
        tag === 0x2a ||
        tag === 0x32 ||
        tag === 0x3a
      ) {
        kind = tag;
        from = reader.at;
      }
      reader.skip(tag, end);
    }
    reader.at = from;
    if (kind === 0x0a) {
      const stop = reader.readLength(end);
      this.pushString(key, reader, reader.at, stop);
    } else if (kind === 0x18) {
      reader.readVarint64(end);
      this.pushInt(key, reader.low, reader.high);
    } else if (kind === 0x21) this.pushFloat(key, reader.view.getFloat64(reader.readFixed(8, end), true));
    else if (kind === 0x10) {
      reader.readVarint64(end);
      this.pushBool(key, reader.low !== 0 || reader.high !== 0);
    } else {
      writeAscii(this.#json, this.#json.length === 0 ? '{' : ',');
      this.#keys.writeName(key, this.#json);
      writeAscii(this.#json, ':');
      reader.at = start;
      writeAnyValue(reader, end, this.#json);
    }
  }

  pushString(key: number, reader: WireReader, start: number, end: number): void {
    const { strings } = this.#columns;
    strings.keys.pushIndex(this.#keys.indexIn(STRINGS, strings.keys, key));
    strings.values.pushBytes(reader.bytes, reader.view, start, end);
  }

  pushInt(key: number, low: number, high: number): void {
    const { ints } = this.#columns;
    ints.keys.pushIndex(this.#keys.indexIn(INTS, ints.keys, key));
    ints.values.pushParts(low, high);
  }

  pushFloat(key: number, value: number): void {
    const { floats } = this.#columns;
    floats.keys.pushIndex(this.#keys.indexIn(FLOATS, floats.keys, key));
    floats.values.push(value);
  }

  pushBool(key: number, value: boolean): void {
    const { bools } = this.#columns;
    bools.keys.pushIndex(this.#keys.indexIn(BOOLS, bools.keys, key));
    bools.values.push(value ? 1 : 0);
  }

  pushText(key: number, text: string): void {
    const { strings } = this.#columns;
    strings.keys.pushIndex(this.#keys.indexIn(STRINGS, strings.keys, key));
    strings.values.push(text);
  }

  /** Writes bytes under a name of ours, as hex digits: an id that is none, so that it is not lost. */
  pushHex(name: string, reader: WireReader, start: number, size: number): void {
    let text = '';
    for (let i = start; i < start + Math.min(size, MAX_HEX_BYTES); i++)
      text += reader.bytes[i]!.toString(16).padStart(2, '0');
    this.pushText(this.keyOf(name), text);
  }

  /** Decodes the KeyValue in `[reader.at, end)` if it is a scalar whose key this row does not have yet; moves the cursor to `end`. */
  addScalarIfAbsent(reader: WireReader, end: number): void {
    const start = reader.at;
    let keyStart = 0;
    let keyEnd = 0;
    let isScalar = false;
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === 0x12) {
        const stop = reader.readLength(end);
        isScalar = reader.at < stop && SCALAR_TAGS.has(reader.bytes[reader.at]!);
        reader.at = stop;
      } else if (tag === 0x0a) {
        keyEnd = reader.readLength(end);
        keyStart = reader.at;
        reader.at = keyEnd;
      } else reader.skip(tag, end);
    }
    const { strings, ints, floats, bools } = this.#columns;
    const isKnown = [strings, ints, floats, bools].some((map) => hasKey(map, reader.bytes, keyStart, keyEnd));
    reader.at = start;
    if (isScalar && !isKnown) this.add(reader, end);
    reader.at = end;
  }

  /** The number of a key that we add ourselves. */
  keyOf(name: string): number {
    return this.#keys.findName(name);
  }

  /** Writes what waited and ends the row. `reader` still is over the row's bytes. */
  endRow(reader: WireReader, isServer: boolean): void {
    for (let i = 0; i < this.#waitingCount; i++) {
      const key = this.#waiting[i * 3]!;
      this.#pushRenamed(reader, key, this.#waiting[i * 3 + 1]!, this.#waiting[i * 3 + 2]!, isServer);
    }
    if (this.#json.length > 0) writeAscii(this.#json, '}');
    this.#columns.closeRowWith(this.#json);
  }

  #pushRenamed(reader: WireReader, key: number, start: number, end: number, isServer: boolean): void {
    const isTarget = this.#keys.roleOf(key) === KeyRole.requestTarget;
    const target = this.#keys.targetOf(key, isServer && !isTarget);
    if (this.#isSeen(target)) {
      // Both names with one value are one field; a different value stays under its own name.
      if (!sameBytes(reader.bytes, start, end, this.#seenStart[target]!, this.#seenEnd[target]!)) {
        this.#push(reader, key, start, end);
      }
      return;
    }
    if (isTarget) return this.#pushRequestTarget(reader, key, target, start, end);
    this.#remember(target, start, end);
    this.#push(reader, target, start, end);
  }

  #pushRequestTarget(reader: WireReader, key: number, target: number, start: number, end: number): void {
    const query = this.#keys.queryTargetOf(key);
    reader.at = start;
    const isText = start < end && reader.readTag(end) === 0x0a && reader.readLength(end) === end;
    const mark = isText ? reader.bytes.subarray(reader.at, end).indexOf(0x3f) : -1;
    if (mark !== -1 && this.#isSeen(query)) return this.#push(reader, key, start, end);
    if (mark === -1) {
      this.#remember(target, start, end);
      return this.#push(reader, target, start, end);
    }
    const split = reader.at + mark;
    this.#remember(target, 0, 0);
    this.#remember(query, 0, 0);
    const from = reader.at;
    this.pushString(target, reader, from, split);
    this.pushString(query, reader, split + 1, end);
  }
}
