// Typed little-endian reads over a ProcessMemory. A field that cannot be read is `undefined`; a pointer that cannot be
// read, or that points outside user space, is 0, because both mean "nothing to follow".
import { USER_SPACE_END, type Address, type ProcessMemory } from './process-memory.ts';

const SCRATCH_SIZE = 16;
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
  readonly #scratch = new Uint8Array(SCRATCH_SIZE);
  readonly #scratchView = new DataView(this.#scratch.buffer);

  constructor(memory: ProcessMemory) {
    this.memory = memory;
  }

  #fetch(address: Address, length: number): boolean {
    return this.memory.read(address, this.#scratch, 0, length) === length;
  }

  pointer(address: Address): Address {
    return this.#fetch(address, 8) ? pointerAt(this.#scratchView, 0) : 0;
  }

  u8(address: Address): number | undefined {
    return this.#fetch(address, 1) ? this.#scratch[0] : undefined;
  }

  i8(address: Address): number | undefined {
    return this.#fetch(address, 1) ? this.#scratchView.getInt8(0) : undefined;
  }

  i32(address: Address): number | undefined {
    return this.#fetch(address, 4) ? this.#scratchView.getInt32(0, true) : undefined;
  }

  u32(address: Address): number | undefined {
    return this.#fetch(address, 4) ? this.#scratchView.getUint32(0, true) : undefined;
  }

  /** A signed 64-bit number, exact up to 2^53. */
  i64(address: Address): number | undefined {
    return this.#fetch(address, 8) ? signed64At(this.#scratchView, 0) : undefined;
  }

  f64(address: Address): number | undefined {
    return this.#fetch(address, 8) ? this.#scratchView.getFloat64(0, true) : undefined;
  }

  /** A copy of exactly `length` bytes, or `undefined`. */
  bytes(address: Address, length: number): Uint8Array | undefined {
    if (!(length >= 0 && length <= MAX_READ_BYTES)) return undefined;
    const copy = new Uint8Array(length);
    return this.memory.read(address, copy, 0, length) === length ? copy : undefined;
  }

  /** A struct of exactly `length` bytes, or `undefined`. */
  view(address: Address, length: number): DataView | undefined {
    const copy = this.bytes(address, length);
    return copy === undefined ? undefined : new DataView(copy.buffer);
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
