// Typed little-endian reads over a ProcessMemory. A field that cannot be read is `undefined`; a pointer that cannot be
// read, or that points outside user space, is 0, because both mean "nothing to follow".
import { PAGE_SIZE, USER_SPACE_END, type Address, type ProcessMemory } from './process-memory.ts';

const SCRATCH_SIZE = PAGE_SIZE;
/** The largest single copy that any caller may ask for; sizes come from the target and must not exhaust us. */
export const MAX_READ_BYTES = 64 * 1024 * 1024;
const MAX_C_STRING_BYTES = 4096;
const C_STRING_STEP = 64;

/** The pointer at `offset` of `view`; 0 when it is no user-space address. */
export function pointerAt(view: DataView, offset: number): Address {
  const value = view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 4_294_967_296;
  return value < USER_SPACE_END ? value : 0;
}

/** The signed 64-bit number at `offset`; exact up to 2^53. */
export function signed64At(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getInt32(offset + 4, true) * 4_294_967_296;
}

/** Reads fields of the target. Not for use from several places at once: single fields share one scratch buffer. */
export class MemoryReader {
  readonly memory: ProcessMemory;
  readonly #hasPages: boolean;
  readonly #scratch = Buffer.alloc(SCRATCH_SIZE);
  readonly #scratchView = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, SCRATCH_SIZE);
  /** Where the field that was fetched last stands. */
  #view: DataView = this.#scratchView;
  #at = 0;

  constructor(memory: ProcessMemory) {
    this.memory = memory;
    this.#hasPages = memory.page !== undefined;
  }

  #fetch(address: Address, length: number): boolean {
    return this.#findInPage(address, length) || this.memory.read(address, this.#scratch, 0, length) === length;
  }

  #findInPage(address: Address, length: number): boolean {
    if (!this.#hasPages) return false;
    const page = this.memory.page?.(address);
    const at = address % PAGE_SIZE;
    const isWhole = page !== undefined && at + length <= page.byteLength;
    this.#view = isWhole ? page : this.#scratchView;
    this.#at = isWhole ? at : 0;
    return isWhole;
  }

  pointer(address: Address): Address {
    return this.#fetch(address, 8) ? pointerAt(this.#view, this.#at) : 0;
  }

  u8(address: Address): number | undefined {
    return this.#fetch(address, 1) ? this.#view.getUint8(this.#at) : undefined;
  }

  i8(address: Address): number | undefined {
    return this.#fetch(address, 1) ? this.#view.getInt8(this.#at) : undefined;
  }

  i32(address: Address): number | undefined {
    return this.#fetch(address, 4) ? this.#view.getInt32(this.#at, true) : undefined;
  }

  u32(address: Address): number | undefined {
    return this.#fetch(address, 4) ? this.#view.getUint32(this.#at, true) : undefined;
  }

  /** A signed 64-bit number, exact up to 2^53. */
  i64(address: Address): number | undefined {
    return this.#fetch(address, 8) ? signed64At(this.#view, this.#at) : undefined;
  }

  f64(address: Address): number | undefined {
    return this.#fetch(address, 8) ? this.#view.getFloat64(this.#at, true) : undefined;
  }

  /** A copy of exactly `length` bytes, or `undefined`. */
  bytes(address: Address, length: number): Uint8Array | undefined {
    if (!(length >= 0 && length <= MAX_READ_BYTES)) return undefined;
    const copy = new Uint8Array(length);
    return this.memory.read(address, copy, 0, length) === length ? copy : undefined;
  }

  /** A struct like `view`, in a buffer that the next read of a field or `peek` overwrites; for what is read often. */
  peek(address: Address, length: number): DataView | undefined {
    if (length > SCRATCH_SIZE) return this.view(address, length);
    return this.memory.read(address, this.#scratch, 0, length) === length ? this.#scratchView : undefined;
  }

  /** A struct of exactly `length` bytes, or `undefined`. */
  view(address: Address, length: number): DataView | undefined {
    const copy = this.bytes(address, length);
    return copy === undefined ? undefined : new DataView(copy.buffer);
  }

  /** So many bytes as characters of one byte each; `undefined` when not all of them are readable. */
  latin1(address: Address, length: number): string | undefined {
    const target = length <= SCRATCH_SIZE ? this.#scratch : Buffer.alloc(Math.min(length, MAX_READ_BYTES));
    return this.memory.read(address, target, 0, length) === length ? target.toString('latin1', 0, length) : undefined;
  }

  /** Zero-terminated UTF-8 of at most 4096 bytes; `undefined` when it is not readable. */
  cString(address: Address): string | undefined {
    if (address === 0) return undefined;
    const parts: Uint8Array[] = [];
    let taken = 0;
    while (taken < MAX_C_STRING_BYTES) {
      const part = new Uint8Array(C_STRING_STEP);
      const got = this.memory.read(address + taken, part, 0, C_STRING_STEP);
      if (got === 0) return undefined;
      const end = part.subarray(0, got).indexOf(0);
      parts.push(part.subarray(0, end === -1 ? got : end));
      if (end !== -1) return Buffer.concat(parts).toString('utf8');
      taken += got;
    }
    return undefined;
  }
}
