// Typed columns that telemetry is gathered in: no object a row. A column's bytes are laid out as the engine's Native format
// wants them, so that a block is written by concatenating them; nothing here knows of that format otherwise.
// Every column counts its rows, can be cut back to a row count (a request that turns out broken leaves nothing), and can append
// a range of another column of its kind.
import { ByteBuffer } from '../base/byte-buffer.ts';

const encoder = new TextEncoder();
// A leading byte order mark is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What every column can do. */
export interface Column {
  readonly rows: number;
  /** Size of the contents in memory, without spare capacity. */
  readonly bytes: number;
  /** Forgets all rows from `rows` on. */
  truncate(rows: number): void;
  clear(): void;
}

/** Values of a fixed number of bytes a row, little-endian. */
export class FixedColumn implements Column {
  readonly width: number;
  readonly data = new ByteBuffer();

  constructor(width: number) {
    this.width = width;
  }

  get rows(): number {
    return this.data.length / this.width;
  }

  get bytes(): number {
    return this.data.length;
  }

  /** Appends `width` bytes of `source` from `start`. */
  pushBytes(source: Uint8Array, start: number): void {
    this.data.reserve(this.width);
    const { bytes, length } = this.data;
    for (let i = 0; i < this.width; i++) bytes[length + i] = source[start + i]!;
    this.data.length += this.width;
  }

  /** Appends a row of zero bytes: the absent id, the absent time. */
  pushZero(): void {
    this.data.reserve(this.width);
    this.data.bytes.fill(0, this.data.length, this.data.length + this.width);
    this.data.length += this.width;
  }

  /** The bytes of one row; valid until the next write. */
  at(row: number): Uint8Array {
    return this.data.bytes.subarray(row * this.width, (row + 1) * this.width);
  }

  truncate(rows: number): void {
    this.data.length = rows * this.width;
  }

  clear(): void {
    this.data.clear();
  }

  append(other: FixedColumn, from = 0, to: number = other.rows): void {
    this.data.append(other.data.bytes.subarray(from * this.width, to * this.width));
  }
}

/** 64-bit integers, signed or not: times, fingerprints, numbers. */
export class Int64Column extends FixedColumn {
  constructor() {
    super(8);
  }

  push(value: bigint): void {
    this.data.reserve(8);
    this.data.view.setBigInt64(this.data.length, value, true);
    this.data.length += 8;
  }

  /** Appends a number within ±2^53 without making a bigint. */
  pushNumber(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.pushParts(value - high * 0x1_0000_0000, high);
  }

  /** Appends a value given as its low (unsigned) and high 32 bits. */
  pushParts(low: number, high: number): void {
    this.data.reserve(8);
    this.data.view.setUint32(this.data.length, low, true);
    this.data.view.setInt32(this.data.length + 4, high, true);
    this.data.length += 8;
  }

  get(row: number): bigint {
    return this.data.view.getBigInt64(row * 8, true);
  }

  set(row: number, value: bigint): void {
    this.data.view.setBigInt64(row * 8, value, true);
  }

  /** The value as a double: exact to about 256 ns for a time of our days, and cheap to compare. */
  approximate(row: number): number {
    return this.data.view.getInt32(row * 8 + 4, true) * 0x1_0000_0000 + this.data.view.getUint32(row * 8, true);
  }
}

export class Float64Column extends FixedColumn {
  constructor() {
    super(8);
  }

  push(value: number): void {
    this.data.reserve(8);
    this.data.view.setFloat64(this.data.length, value, true);
    this.data.length += 8;
  }

  get(row: number): number {
    return this.data.view.getFloat64(row * 8, true);
  }
}

export class Float32Column extends FixedColumn {
  constructor() {
    super(4);
  }

  push(value: number): void {
    this.data.reserve(4);
    this.data.view.setFloat32(this.data.length, value, true);
    this.data.length += 4;
  }

  get(row: number): number {
    return this.data.view.getFloat32(row * 4, true);
  }
}

export class Uint32Column extends FixedColumn {
  constructor() {
    super(4);
  }

  push(value: number): void {
    this.data.reserve(4);
    this.data.view.setUint32(this.data.length, value, true);
    this.data.length += 4;
  }

  get(row: number): number {
    return this.data.view.getUint32(row * 4, true);
  }
}

export class Uint8Column extends FixedColumn {
  constructor() {
    super(1);
  }

  push(value: number): void {
    this.data.reserve(1);
    this.data.bytes[this.data.length++] = value;
  }

  get(row: number): number {
    return this.data.bytes[row]!;
  }
}

/** UTF-8 strings of any bytes, each as an unsigned LEB128 length and its bytes, one behind the other. */
export class StringColumn implements Column {
  readonly data = new ByteBuffer();
  #rows = 0;
  // End of each row's bytes: random access, and cutting back, without walking the lengths.
  #ends = new Uint32Array(256);

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.data.length + this.#rows * 4;
  }

  #close(): void {
    if (this.#rows === this.#ends.length) {
      const grown = new Uint32Array(this.#ends.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#rows++] = this.data.length;
  }

  /** Appends `source[start, end)` as one row; `view` is over the same bytes. */
  pushBytes(source: Uint8Array, view: DataView, start: number, end: number): void {
    this.data.writeVarint(end - start);
    this.data.copy(source, view, start, end);
    this.#close();
  }

  /** Appends one row that already carries its length in front: `source[start, end)` = LEB128 length + bytes. */
  pushPrefixed(source: Uint8Array, view: DataView, start: number, end: number): void {
    this.data.copy(source, view, start, end);
    this.#close();
  }

  push(text: string): void {
    if (text === '') return this.pushEmpty();
    const encoded = encoder.encode(text);
    this.data.writeVarint(encoded.length);
    this.data.append(encoded);
    this.#close();
  }

  pushEmpty(): void {
    this.data.reserve(1);
    this.data.bytes[this.data.length++] = 0;
    this.#close();
  }

  /** The bytes of one row without its length; valid until the next write. */
  bytesAt(row: number): Uint8Array {
    const end = this.#ends[row]!;
    let at = row === 0 ? 0 : this.#ends[row - 1]!;
    while (this.data.bytes[at]! >= 0x80) at++;
    return this.data.bytes.subarray(at + 1, end);
  }

  get(row: number): string {
    return decoder.decode(this.bytesAt(row));
  }

  truncate(rows: number): void {
    this.#rows = rows;
    this.data.length = rows === 0 ? 0 : this.#ends[rows - 1]!;
  }

  clear(): void {
    this.truncate(0);
  }

  append(other: StringColumn, from = 0, to: number = other.rows): void {
    for (let row = from; row < to; row++) {
      const start = row === 0 ? 0 : other.#ends[row - 1]!;
      this.data.append(other.data.bytes.subarray(start, other.#ends[row]));
      this.#close();
    }
  }
}

/** Strings of few different values: a dictionary and an index a row. Entry 0 is always the empty string. */
export class DictionaryColumn implements Column {
  /** The dictionary's strings in the order of their indexes, laid out as in a StringColumn. */
  readonly keys = new StringColumn();
  readonly indexes = new Uint32Column();
  #byText = new Map<string, number>();

  constructor() {
    this.clear();
  }

  get rows(): number {
    return this.indexes.rows;
  }

  get bytes(): number {
    return this.indexes.bytes + this.keys.bytes;
  }

  push(text: string): void {
    this.indexes.push(this.indexOf(text));
  }

  pushIndex(index: number): void {
    this.indexes.push(index);
  }

  /** The index of `text`, entered into the dictionary when it is new. */
  indexOf(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const index = this.keys.rows;
    this.keys.push(text);
    this.#byText.set(text, index);
    return index;
  }

  /** The same for UTF-8 bytes `source[start, end)`. Try `matches` with the index of the row before first: it needs no string. */
  indexOfBytes(source: Uint8Array, start: number, end: number): number {
    return this.indexOf(decoder.decode(source.subarray(start, end)));
  }

  /** Whether entry `index` is exactly `source[start, end)`. */
  matches(index: number, source: Uint8Array, start: number, end: number): boolean {
    if (index >= this.keys.rows) return false;
    const key = this.keys.bytesAt(index);
    if (key.length !== end - start) return false;
    for (let i = 0; i < key.length; i++) if (key[i] !== source[start + i]) return false;
    return true;
  }

  get(row: number): string {
    return this.keys.get(this.indexes.get(row));
  }

  truncate(rows: number): void {
    this.indexes.truncate(rows);
  }

  clear(): void {
    this.indexes.clear();
    this.keys.clear();
    this.#byText.clear();
    this.indexOf('');
  }

  append(other: DictionaryColumn, from = 0, to: number = other.rows): void {
    const mapped = new Uint32Array(other.keys.rows).fill(0xffff_ffff);
    for (let row = from; row < to; row++) {
      const index = other.indexes.get(row);
      if (mapped[index] === 0xffff_ffff) mapped[index] = this.indexOf(other.keys.get(index));
      this.indexes.push(mapped[index]!);
    }
  }
}

/** A column that a map's values can stand in. */
interface AppendableColumn extends Column {
  append(other: this, from?: number, to?: number): void;
}

/** A map a row: write the entries with `keys` and `values`, one each, then close the row. */
export class MapColumn<V extends AppendableColumn> implements Column {
  readonly keys = new DictionaryColumn();
  readonly values: V;
  /** Number of entries up to and with each row. */
  readonly ends = new Int64Column();

  constructor(values: V) {
    this.values = values;
  }

  get rows(): number {
    return this.ends.rows;
  }

  get bytes(): number {
    return this.ends.bytes + this.keys.bytes + this.values.bytes;
  }

  /** Ends the row: the entries written since the last call are its map. */
  closeRow(): void {
    this.ends.pushParts(this.values.rows, 0);
  }

  /** First entry of `row` and the one behind its last. */
  entriesOf(row: number): readonly [start: number, end: number] {
    return [row === 0 ? 0 : this.ends.approximate(row - 1), this.ends.approximate(row)];
  }

  /** Drops entries of a row that has not been closed, and all rows from `rows` on. */
  truncate(rows: number): void {
    this.ends.truncate(rows);
    const entries = rows === 0 ? 0 : this.ends.approximate(rows - 1);
    this.keys.truncate(entries);
    this.values.truncate(entries);
  }

  clear(): void {
    this.ends.clear();
    this.keys.clear();
    this.values.clear();
  }

  append(other: MapColumn<V>, from = 0, to: number = other.rows): void {
    if (from === to) return;
    const start = other.entriesOf(from)[0];
    const base = this.values.rows - start;
    const end = other.entriesOf(to - 1)[1];
    this.keys.append(other.keys, start, end);
    this.values.append(other.values, start, end);
    for (let row = from; row < to; row++) this.ends.pushParts(other.entriesOf(row)[1] + base, 0);
  }
}
