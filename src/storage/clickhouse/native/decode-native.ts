// Reads what the engine answers in Native format (revision 0, any number of blocks) into result columns.
// FixedString comes as lower-case hex and all zero bytes as '', which is how ids are spoken of; dates come as numbers of their
// unit (Date: days, DateTime: seconds, DateTime64: ticks). A null is '', 0 or NaN.
import { assert } from '../../../base/assert.ts';
import type { ResultColumn } from '../../ports/query-result.ts';
import { parseNativeType, type NativeType } from './native-type.ts';

type Value = string | number | bigint;
type Pairs = (readonly [string, Value])[];

const KEYS_VERSION = 1;

class NativeReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      assert(byte !== undefined, 'a Native block ends too early');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  text(): string {
    const size = this.varint();
    const start = this.#at;
    this.#at += size;
    return this.#bytes.toString('utf8', start, this.#at);
  }

  uint64(): number {
    const value = this.#view.getBigUint64(this.#at, true);
    this.#at += 8;
    return Number(value);
  }

  /** The next bytes as an own, aligned copy. */
  take(size: number): ArrayBuffer {
    const start = this.#bytes.byteOffset + this.#at;
    assert(this.#at + size <= this.#bytes.length, 'a Native block ends too early');
    this.#at += size;
    return (this.#bytes.buffer as ArrayBuffer).slice(start, start + size);
  }

  hex(size: number): string {
    const start = this.#at;
    const end = start + size;
    this.#at = end;
    for (let at = start; at < end; at++) {
      if (this.#bytes[at] !== 0) return this.#bytes.toString('hex', start, end);
    }
    return '';
  }
}

type Read = (reader: NativeReader, rows: number) => ResultColumn;

const strings: Read = (reader, rows) => Array.from({ length: rows }, () => reader.text());

/** Readers of the types that hold no others. */
const scalars: Readonly<Record<string, Read>> = {
  String: strings,
  UInt8: (reader, rows) => new Uint8Array(reader.take(rows)),
  Bool: (reader, rows) => new Uint8Array(reader.take(rows)),
  Int8: (reader, rows) => Int32Array.from(new Int8Array(reader.take(rows))),
  Enum8: (reader, rows) => Int32Array.from(new Int8Array(reader.take(rows))),
  UInt16: (reader, rows) => Uint32Array.from(new Uint16Array(reader.take(rows * 2))),
  Date: (reader, rows) => Uint32Array.from(new Uint16Array(reader.take(rows * 2))),
  Int16: (reader, rows) => Int32Array.from(new Int16Array(reader.take(rows * 2))),
  UInt32: (reader, rows) => new Uint32Array(reader.take(rows * 4)),
  DateTime: (reader, rows) => new Uint32Array(reader.take(rows * 4)),
  Int32: (reader, rows) => new Int32Array(reader.take(rows * 4)),
  Date32: (reader, rows) => new Int32Array(reader.take(rows * 4)),
  Float32: (reader, rows) => Float64Array.from(new Float32Array(reader.take(rows * 4))),
  Float64: (reader, rows) => new Float64Array(reader.take(rows * 8)),
  UInt64: (reader, rows) => new BigUint64Array(reader.take(rows * 8)),
  Int64: (reader, rows) => new BigInt64Array(reader.take(rows * 8)),
  DateTime64: (reader, rows) => new BigInt64Array(reader.take(rows * 8)),
  Nothing: (reader, rows) => new Uint8Array(reader.take(rows)),
};

const indexReaders: readonly Read[] = [scalars['UInt8']!, scalars['UInt16']!, scalars['UInt32']!, scalars['UInt64']!];

function readPrefix(type: NativeType, reader: NativeReader): void {
  if (type.name === 'LowCardinality') {
    const version = reader.uint64();
    assert(version === KEYS_VERSION, `LowCardinality of version ${version}`);
    return;
  }
  for (const inner of type.inner) readPrefix(inner, reader);
}

function readLowCardinality(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  if (rows === 0) return readData(type.inner[0]!, reader, 0);
  const flags = reader.uint64();
  const nested = type.inner[0]!;
  // The dictionary of a Nullable holds plain values; its entry 0 stands for null.
  const keys = readData(nested.name === 'Nullable' ? nested.inner[0]! : nested, reader, reader.uint64());
  const count = reader.uint64();
  const indexes = indexReaders[flags & 0xff]!(reader, count);
  return pick(keys, indexes as Uint8Array);
}

/** `column[index]` for each index, as a column of the same kind. */
function pick(column: ResultColumn, indexes: ArrayLike<number | bigint>): ResultColumn {
  if (Array.isArray(column)) return Array.from(indexes, (index) => column[Number(index)] as string);
  const typed = column as Float64Array;
  const picked = new (typed.constructor as Float64ArrayConstructor)(indexes.length);
  for (let row = 0; row < picked.length; row++) picked[row] = typed[Number(indexes[row])]!;
  return picked;
}

function readNullable(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  const isNull = new Uint8Array(reader.take(rows));
  const values = readData(type.inner[0]!, reader, rows);
  if (values instanceof Float64Array) for (let row = 0; row < rows; row++) if (isNull[row] === 1) values[row] = NaN;
  return values;
}

function readOffsets(reader: NativeReader, rows: number): BigUint64Array {
  return new BigUint64Array(reader.take(rows * 8));
}

function readArray(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  const ends = readOffsets(reader, rows);
  const total = rows === 0 ? 0 : Number(ends[rows - 1]);
  const items = readData(type.inner[0]!, reader, total) as readonly Value[];
  let start = 0;
  return Array.from(ends, (end) => Array.from({ length: Number(end) - start }, () => items[start++]!));
}

function readMap(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  const ends = readOffsets(reader, rows);
  const total = rows === 0 ? 0 : Number(ends[rows - 1]);
  const keys = readData(type.inner[0]!, reader, total) as readonly string[];
  const values = readData(type.inner[1]!, reader, total) as readonly Value[];
  let start = 0;
  return Array.from(ends, (end) => {
    const pairs: Pairs = [];
    for (; start < Number(end); start++) pairs.push([keys[start]!, values[start]!]);
    return pairs;
  });
}

function readTuple(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  const elements = type.inner.map((inner) => readData(inner, reader, rows) as readonly Value[]);
  return Array.from({ length: rows }, (_, row) => elements.map((element) => element[row]!));
}

type ReadNested = (type: NativeType, reader: NativeReader, rows: number) => ResultColumn;

const nested: Readonly<Record<string, ReadNested>> = {
  LowCardinality: readLowCardinality,
  Nullable: readNullable,
  Array: readArray,
  Map: readMap,
  Tuple: readTuple,
  SimpleAggregateFunction: (type, reader, rows) => readData(type.inner[0]!, reader, rows),
  FixedString: (type, reader, rows) => {
    const size = Number(type.args[0]);
    return Array.from({ length: rows }, () => reader.hex(size));
  },
};

function readData(type: NativeType, reader: NativeReader, rows: number): ResultColumn {
  const scalar = scalars[type.name];
  if (scalar !== undefined) return scalar(reader, rows);
  const read = nested[type.name];
  assert(read !== undefined, `no reader for type ${type.name}`);
  return read(type, reader, rows);
}

function concatenate(parts: readonly ResultColumn[]): ResultColumn {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  if (Array.isArray(first)) return (parts as readonly (readonly string[])[]).flat(1);
  const all = new (first.constructor as Float64ArrayConstructor)(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts as readonly Float64Array[]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A block of an answer. */
export interface NativeBlock {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly data: ResultColumn }[];
}

/** The blocks of an answer, one after the other. */
export function* readNativeBlocks(bytes: Uint8Array): Generator<NativeBlock> {
  const reader = new NativeReader(bytes);
  while (!reader.atEnd) {
    const count = reader.varint();
    const rows = reader.varint();
    const columns: { readonly name: string; readonly data: ResultColumn }[] = [];
    for (let i = 0; i < count; i++) {
      const name = reader.text();
      const type = parseNativeType(reader.text());
      // A block without rows carries neither prefix nor data.
      if (rows > 0) readPrefix(type, reader);
      columns.push({ name, data: readData(type, reader, rows) });
    }
    yield { rows, columns };
  }
}

/** Decodes a whole answer; `rows` is 0 and there are no columns when the engine sent nothing. */
export function decodeNative(bytes: Uint8Array): { rows: number; columns: Record<string, ResultColumn> } {
  const parts = new Map<string, ResultColumn[]>();
  let total = 0;
  for (const { columns, rows } of readNativeBlocks(bytes)) {
    total += rows;
    for (const { name, data } of columns) {
      const known = parts.get(name);
      if (known === undefined) parts.set(name, [data]);
      else if (rows > 0) known.push(data);
    }
  }
  return { rows: total, columns: Object.fromEntries([...parts].map(([name, list]) => [name, concatenate(list)])) };
}
