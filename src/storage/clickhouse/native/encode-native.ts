// Columns as one block of ClickHouse's Native format (revision 0): the number of columns and rows, then for each column its
// name, its type and its data. The columns' bytes already lie as the format wants them, so nothing here runs per row: what comes
// out is a list of short headers and views of the columns' own buffers.
import { ByteBuffer } from '../../../base/byte-buffer.ts';
import { DictionaryColumn, FixedColumn, MapColumn, StringColumn, type Column } from '../../../model/columns.ts';

/** A column with the name and the engine's type that it has in the file. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly column: Column;
}

const encoder = new TextEncoder();

/** LowCardinality: version of the keys' serialization ("shared dictionaries with additional keys"). */
const KEYS_VERSION = 1n;
/** Indexes of 32 bits, keys follow in the block, no dictionary before them. */
const INDEX_TYPE = 2n | (1n << 9n) | (1n << 10n);

class NativeEncoder {
  readonly parts: Uint8Array[] = [];
  #header = new ByteBuffer(256);

  varint(value: number): void {
    this.#header.writeVarint(value);
  }

  text(text: string): void {
    const bytes = encoder.encode(text);
    this.#header.writeVarint(bytes.length);
    this.#header.append(bytes);
  }

  uint64(value: bigint): void {
    this.#header.reserve(8);
    this.#header.view.setBigUint64(this.#header.length, value, true);
    this.#header.length += 8;
  }

  /** Ends the header so far and puts `bytes` behind it, uncopied. */
  bytes(bytes: Uint8Array): void {
    this.flush();
    if (bytes.length > 0) this.parts.push(bytes);
  }

  flush(): void {
    if (this.#header.length === 0) return;
    this.parts.push(this.#header.contents());
    this.#header = new ByteBuffer(256);
  }

  /** What stands before all data of a column, also before the offsets of what contains it. */
  prefix(column: Column): void {
    if (column instanceof DictionaryColumn) this.uint64(KEYS_VERSION);
    else if (column instanceof MapColumn) {
      this.prefix(column.keys);
      this.prefix(column.values as Column);
    }
  }

  data(column: Column): void {
    if (column instanceof MapColumn) {
      this.bytes(column.ends.data.contents());
      this.data(column.keys);
      this.data(column.values as Column);
    } else if (column instanceof DictionaryColumn) {
      // An empty dictionary column has no data at all, not even its counts.
      if (column.rows === 0) return;
      this.uint64(INDEX_TYPE);
      this.uint64(BigInt(column.keys.rows));
      this.bytes(column.keys.data.contents());
      this.uint64(BigInt(column.rows));
      this.bytes(column.indexes.data.contents());
    } else if (column instanceof FixedColumn || column instanceof StringColumn) {
      this.bytes(column.data.contents());
    } else {
      throw new Error('bug: a column of an unknown kind');
    }
  }
}

/** The block in pieces to be written one behind the other; they view the columns' buffers and are valid until the next change. */
export function encodeNative(columns: readonly NativeColumn[], rows: number): Uint8Array[] {
  const encoder = new NativeEncoder();
  encoder.varint(columns.length);
  encoder.varint(rows);
  for (const { name, type, column } of columns) {
    if (column.rows !== rows) throw new Error(`bug: column ${name} has ${column.rows} of ${rows} rows`);
    encoder.text(name);
    encoder.text(type);
    encoder.prefix(column);
    encoder.data(column);
  }
  encoder.flush();
  return encoder.parts;
}
