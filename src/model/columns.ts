// Typed columns that telemetry is gathered in: no object a row. A column's bytes are laid out as the engine's Native format
// wants them, so that a block is written by concatenating them; nothing here knows of that format otherwise.
// Every column counts its rows, can be cut back to a row count (a request that turns out broken leaves nothing), and can append
// a range of another column of its kind.
//
// Columns of a fixed width stand in fixed-columns.ts; callers find all of them here.
import { ByteBuffer } from '../base/byte-buffer.ts';
import { regrow } from '../base/regrow.ts';
import { Int64Column, Uint32Column, type Column } from './fixed-columns.ts';

export {
  FixedColumn,
  Float32Column,
  Float64Column,
  Int64Column,
  Uint32Column,
  Uint8Column,
  type Column,
} from './fixed-columns.ts';

const encoder = new TextEncoder();
// A leading byte order mark is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

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
    if (this.#rows === this.#ends.length) this.#reserveRows(1);
    this.#ends[this.#rows++] = this.data.length;
  }

  #reserveRows(more: number): void {
    const needed = this.#rows + more;
    if (needed <= this.#ends.length) return;
    this.#ends = regrow(this.#ends, Math.max(needed, this.#ends.length * 2), this.#rows);
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

  /** Appends the contents of `source` as one row. */
  pushBuffer(source: ByteBuffer): void {
    this.data.writeVarint(source.length);
    this.data.append(source.contents());
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

  /** Appends empty strings until there are `rows`. */
  fillEmpty(rows: number): void {
    const more = rows - this.#rows;
    if (more <= 0) return;
    this.data.reserve(more);
    this.#reserveRows(more);
    this.data.bytes.fill(0, this.data.length, this.data.length + more);
    for (let row = this.#rows; row < rows; row++) this.#ends[row] = ++this.data.length;
    this.#rows = rows;
  }

  /** Where the row's bytes begin in `data`, behind their length. */
  startOf(row: number): number {
    const { bytes } = this.data;
    let at = row === 0 ? 0 : this.#ends[row - 1]!;
    while (bytes[at]! >= 0x80) at++;
    return at + 1;
  }

  /** Where the row's bytes end in `data`. */
  endOf(row: number): number {
    return this.#ends[row]!;
  }

  /** The bytes of one row without its length; valid until the next write. */
  bytesAt(row: number): Uint8Array {
    return this.data.bytes.subarray(this.startOf(row), this.#ends[row]);
  }

  get(row: number): string {
    return decoder.decode(this.bytesAt(row));
  }

  truncate(rows: number): void {
    if (rows >= this.#rows) return;
    this.#rows = rows;
    this.data.length = rows === 0 ? 0 : this.#ends[rows - 1]!;
  }

  clear(): void {
    this.truncate(0);
  }

  append(other: StringColumn, from = 0, to: number = other.rows): void {
    if (to <= from) return;
    const start = from === 0 ? 0 : other.#ends[from - 1]!;
    const shift = this.data.length - start;
    this.data.append(other.data.bytes.subarray(start, other.#ends[to - 1]));
    this.#reserveRows(to - from);
    for (let row = from; row < to; row++) this.#ends[this.#rows++] = other.#ends[row]! + shift;
  }
}

// Differs from run to run, so that nobody can prepare texts whose hashes collide; the order of entries does not depend on it.
const HASH_SEED = Math.floor(Math.random() * 0x7fff_ffff);

function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED ^ (end - start);
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ source[at]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** The least number of bytes that `matchesWords` compares. */
export const WORD = 4;

/** Whether `size` bytes (at least WORD) are the same in both views; eight or four at a time, the last overlapping those before. */
export function matchesWords(one: DataView, oneStart: number, two: DataView, twoStart: number, size: number): boolean {
  if (size < 8) {
    const last = size - 4;
    return (
      one.getInt32(oneStart) === two.getInt32(twoStart) &&
      one.getInt32(oneStart + last) === two.getInt32(twoStart + last)
    );
  }
  const last = size - 8;
  for (let i = 0; i < last; i += 8) {
    if (one.getBigInt64(oneStart + i) !== two.getBigInt64(twoStart + i)) return false;
  }
  return one.getBigInt64(oneStart + last) === two.getBigInt64(twoStart + last);
}

/** Strings of few different values: a dictionary and an index a row. Entry 0 is always the empty string. */
export class DictionaryColumn implements Column {
  /** The dictionary's strings in the order of their indexes, laid out as in a StringColumn. */
  readonly keys = new StringColumn();
  readonly indexes = new Uint32Column();
  static #generations = 0;
  /**
   * Another number each time that a dictionary is emptied, of whatever column: indexes that somebody remembers are void then,
   * and those of one block are never taken for another's.
   */
  generation = 0;
  // Texts that were asked for as text; the hash table holds all entries, by their bytes.
  #byText = new Map<string, number>();
  // Open addressing: index + 1, or 0.
  #slots = new Int32Array(64);

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

  /** Appends `source[start, end)`, trying the entry of the row before first; `view` is over the same bytes. */
  pushBytes(source: Uint8Array, view: DataView, start: number, end: number): void {
    const { indexes } = this;
    const size = end - start;
    if (size === 0) return indexes.push(0);
    const before = indexes.rows === 0 ? 0 : indexes.get(indexes.rows - 1);
    const from = this.keys.startOf(before);
    const isSame =
      this.keys.endOf(before) - from === size &&
      (size < WORD
        ? this.matches(before, source, start, end)
        : matchesWords(this.keys.data.view, from, view, start, size));
    indexes.push(isSame ? before : this.indexOfBytes(source, start, end));
  }

  /** Appends entry `index` until there are `rows`. */
  fill(rows: number, index: number): void {
    this.indexes.fill(rows, index);
  }

  /** Appends the empty string until there are `rows`. */
  fillEmpty(rows: number): void {
    this.indexes.fill(rows, 0);
  }

  /** The index of `text`, entered into the dictionary when it is new. */
  indexOf(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const encoded = encoder.encode(text);
    const index = this.indexOfBytes(encoded, 0, encoded.length);
    this.#byText.set(text, index);
    return index;
  }

  /** The same for UTF-8 bytes `source[start, end)`. */
  indexOfBytes(source: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(source, start, end) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      if (this.matches(index, source, start, end)) return index;
    }
    const index = this.keys.rows;
    this.keys.pushBytes(source, new DataView(source.buffer, source.byteOffset, source.length), start, end);
    this.#slots[slot] = index + 1;
    if (this.keys.rows * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  /** The index of `text` if the dictionary has it. */
  find(text: string): number | undefined {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const encoded = encoder.encode(text);
    const mask = this.#slots.length - 1;
    let slot = hashBytes(encoded, 0, encoded.length) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      if (this.matches(index, encoded, 0, encoded.length)) return index;
    }
    return undefined;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    const { bytes } = this.keys.data;
    for (let index = 0; index < this.keys.rows; index++) {
      let slot = hashBytes(bytes, this.keys.startOf(index), this.keys.endOf(index)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }

  /** Whether entry `index` is exactly `source[start, end)`. */
  matches(index: number, source: Uint8Array, start: number, end: number): boolean {
    if (index >= this.keys.rows) return false;
    let at = this.keys.startOf(index);
    if (this.keys.endOf(index) - at !== end - start) return false;
    const { bytes } = this.keys.data;
    for (let from = start; from < end; from++, at++) if (bytes[at] !== source[from]) return false;
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
    this.#slots = new Int32Array(64);
    this.generation = ++DictionaryColumn.#generations;
    this.indexOf('');
  }

  append(other: DictionaryColumn, from = 0, to: number = other.rows): void {
    const mapped = new Int32Array(other.keys.rows).fill(-1);
    const { bytes } = other.keys.data;
    for (let row = from; row < to; row++) {
      const index = other.indexes.get(row);
      if (mapped[index] === -1)
        mapped[index] = this.indexOfBytes(bytes, other.keys.startOf(index), other.keys.endOf(index));
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
    this.ends.pushParts(this.keys.indexes.rows, 0);
  }

  /** Ends row `row`, and rows before it that were left out; a row without entries may be left out until `fillEmpty`. */
  closeRowLate(row: number): void {
    const { ends } = this;
    const entries = this.keys.indexes.rows;
    const last = ends.rows === 0 ? 0 : ends.approximate(ends.rows - 1);
    if (entries === last) return;
    while (ends.rows < row) ends.pushParts(last, 0);
    ends.pushParts(entries, 0);
  }

  /** Ends rows without entries until there are `rows`. */
  fillEmpty(rows: number): void {
    while (this.ends.rows < rows) this.closeRow();
  }

  /** First entry of `row` and the one behind its last. */
  entriesOf(row: number): readonly [start: number, end: number] {
    return [row === 0 ? 0 : this.ends.approximate(row - 1), this.ends.approximate(row)];
  }

  /** Drops entries of a row that has not been closed, and all rows from `rows` on. */
  truncate(rows: number): void {
    this.ends.truncate(rows);
    const entries = this.ends.rows === 0 ? 0 : this.ends.approximate(this.ends.rows - 1);
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
