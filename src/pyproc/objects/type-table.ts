// Types of the target, decoded once: name, flags, sizes. Whether something is a type is decided by its own type.
import { OBJECT_TYPE, TYPE_NAME } from '../cpython/self-test.ts';
import { pointerAt, signed64At, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';

const TYPE_STRUCT_SIZE = 400;
const MAX_TYPES = 100_000;
const MAX_BASES = 64;
const MAX_METACLASSES = 8;

export const typeFlag = {
  inlineValues: 1 << 2,
  managedDict: 1 << 4,
  heapType: 1 << 9,
  hasGc: 1 << 14,
  integer: 1 << 24,
  list: 1 << 25,
  tuple: 1 << 26,
  bytes: 1 << 27,
  string: 1 << 28,
  dict: 1 << 29,
  exception: 1 << 30,
  type: 1 << 31,
} as const;

export interface PythonType {
  readonly address: Address;
  /** Last part of the name for classes written in Python, `module.name` as the C source has it otherwise. */
  readonly name: string;
  readonly flags: number;
  readonly basicSize: number;
  readonly itemSize: number;
  /** Where the instance's dict pointer stands; 0 none, negative counted from the end. */
  readonly dictOffset: number;
  readonly base: Address;
  readonly dict: Address;
}

/** Decodes types by address and remembers them. */
export class TypeTable {
  readonly #reader: MemoryReader;
  readonly #typeType: Address;
  readonly #types = new Map<Address, PythonType | undefined>();
  /** Names of types whose own name cannot be read. */
  names: ReadonlyMap<Address, string> = new Map();

  constructor(reader: MemoryReader, typeType: Address) {
    this.#reader = reader;
    this.#typeType = typeType;
  }

  /** The type at `address`; `undefined` when there is none. */
  at(address: Address, depth = 0): PythonType | undefined {
    if (this.#types.has(address)) return this.#types.get(address);
    // In garbage, types of types lead on without end.
    if (depth > MAX_METACLASSES) return undefined;
    const type = this.#read(address, depth);
    if (this.#types.size >= MAX_TYPES) this.#types.clear();
    this.#types.set(address, type);
    return type;
  }

  /** Gives names to types that have none, also to those decoded before. */
  useNames(names: ReadonlyMap<Address, string>): void {
    this.names = names;
    this.#types.clear();
  }

  /** The type of the object at `address`; `undefined` when that is no object. */
  of(address: Address): PythonType | undefined {
    if (address === 0 || address % 8 !== 0) return undefined;
    const type = this.#reader.pointer(address + OBJECT_TYPE);
    return type === 0 ? undefined : this.at(type);
  }

  /** Whether `type` or one of its first bases is called `name`. */
  isNamed(type: PythonType | undefined, name: string): boolean {
    let current = type;
    for (let depth = 0; current !== undefined && depth < MAX_BASES; depth++) {
      if (current.name === name) return true;
      current = current.base === 0 ? undefined : this.at(current.base);
    }
    return false;
  }

  #read(address: Address, depth: number): PythonType | undefined {
    if (address % 8 !== 0) return undefined;
    const struct = this.#reader.view(address, TYPE_STRUCT_SIZE);
    if (struct === undefined) return undefined;
    const meta = pointerAt(struct, OBJECT_TYPE);
    // A metaclass is itself an instance of type, or of another metaclass.
    if (meta !== this.#typeType && (meta === 0 || (this.at(meta, depth + 1)?.flags ?? 0) >= 0)) return undefined;
    const name = this.#reader.cString(pointerAt(struct, TYPE_NAME));
    return {
      address,
      // What a snapshot could not copy reads as an empty name.
      name: name || (this.names.get(address) ?? '?'),
      flags: struct.getInt32(168, true),
      basicSize: signed64At(struct, 32),
      itemSize: signed64At(struct, 40),
      dictOffset: signed64At(struct, 288),
      base: pointerAt(struct, 256),
      dict: pointerAt(struct, 264),
    };
  }
}
