// Columns whose rows all have the same number of bytes, little-endian.
import { ByteBuffer } from '../base/byte-buffer.ts';

/** What every column can do. */
export interface Column {
  readonly rows: number;
  /** Size of the contents in memory, without spare capacity. */
  readonly bytes: number;
  /** Forgets all rows from `rows` on. */
  truncate(rows: number): void;
  clear(): void;
}

/** Values of a fixed number of bytes a row, little-endian. Each width counts its rows itself: that keeps the engine's call sites simple. */
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

  /** The same for widths of whole 8 bytes (ids), in steps of 8; `source` has the bytes. */
  pushWords(source: DataView, start: number): void {
    const { data, width } = this;
    data.reserve(width);
    for (let i = 0; i < width; i += 8) data.view.setBigInt64(data.length + i, source.getBigInt64(start + i));
    data.length += width;
  }

  /** Appends a row of zero bytes: the absent id, the absent time. */
  pushZero(): void {
    this.data.reserve(this.width);
    this.data.bytes.fill(0, this.data.length, this.data.length + this.width);
    this.data.length += this.width;
  }

  /** Appends rows of zero bytes until there are `rows`. */
  fillZero(rows: number): void {
    const more = rows * this.width - this.data.length;
    if (more <= 0) return;
    this.data.reserve(more);
    this.data.bytes.fill(0, this.data.length, this.data.length + more);
    this.data.length += more;
  }

  /** The bytes of one row; valid until the next write. */
  at(row: number): Uint8Array {
    return this.data.bytes.subarray(row * this.width, (row + 1) * this.width);
  }

  truncate(rows: number): void {
    this.data.length = Math.min(this.data.length, rows * this.width);
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

  override get rows(): number {
    return this.data.length >>> 3;
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

  /** Appends `value` until there are `rows`. */
  fill(rows: number, value: bigint): void {
    const more = rows - this.rows;
    if (more <= 0) return;
    const { data } = this;
    data.reserve(more * 8);
    for (let i = 0; i < more; i++) data.view.setBigInt64(data.length + i * 8, value, true);
    data.length += more * 8;
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

  override get rows(): number {
    return this.data.length >>> 3;
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

  override get rows(): number {
    return this.data.length >>> 2;
  }

  push(value: number): void {
    this.data.reserve(4);
    this.data.view.setFloat32(this.data.length, value, true);
    this.data.length += 4;
  }

  /** Appends `value` until there are `rows`. */
  fill(rows: number, value: number): void {
    while (this.rows < rows) this.push(value);
  }

  get(row: number): number {
    return this.data.view.getFloat32(row * 4, true);
  }
}

export class Uint32Column extends FixedColumn {
  constructor() {
    super(4);
  }

  override get rows(): number {
    return this.data.length >>> 2;
  }

  push(value: number): void {
    this.data.reserve(4);
    this.data.view.setUint32(this.data.length, value, true);
    this.data.length += 4;
  }

  /** Appends `value` until there are `rows`. */
  fill(rows: number, value: number): void {
    const more = rows - this.rows;
    if (more <= 0) return;
    const { data } = this;
    data.reserve(more * 4);
    for (let i = 0; i < more; i++) data.view.setUint32(data.length + i * 4, value, true);
    data.length += more * 4;
  }

  get(row: number): number {
    return this.data.view.getUint32(row * 4, true);
  }
}

export class Uint8Column extends FixedColumn {
  constructor() {
    super(1);
  }

  override get rows(): number {
    return this.data.length;
  }

  push(value: number): void {
    this.data.reserve(1);
    this.data.bytes[this.data.length++] = value;
  }

  get(row: number): number {
    return this.data.bytes[row]!;
  }
}
