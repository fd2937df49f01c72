// Decodes objects of the target: which type, which text, which attributes. One reader serves one look.
import type { CPythonLayout } from '../cpython/layout.ts';
import { pointerAt, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import { readDict, readKeyEntries, valuesHeaderSize, type DictContents, type DictEntry } from './dict.ts';
import { readInteger } from './integer.ts';
import { readPythonString } from './python-string.ts';
import { typeFlag, TypeTable, type PythonType } from './type-table.ts';

const MAX_NAME_CHARACTERS = 4096;
const MAX_ATTRIBUTES = 4096;
const MAX_BASES = 64;

export interface Sequence {
  readonly size: number;
  readonly items: readonly Address[];
}

/** Reads objects by address. Nothing here checks types unless it says so; wrong types give `undefined` or nonsense, never an error. */
export class ObjectReader {
  readonly reader: MemoryReader;
  readonly layout: CPythonLayout;
  readonly types: TypeTable;
  /** Where a name was found last: names are interned, so other dicts and instances mostly have the same key. */
  readonly #keys = new Map<string, Address>();

  constructor(reader: MemoryReader, layout: CPythonLayout, typeType: Address) {
    this.reader = reader;
    this.layout = layout;
    this.types = new TypeTable(reader, typeType);
  }

  typeOf(address: Address): PythonType | undefined {
    return this.types.of(address);
  }

  isString(address: Address): boolean {
    return ((this.typeOf(address)?.flags ?? 0) & typeFlag.string) !== 0;
  }

  isDict(address: Address): boolean {
    return ((this.typeOf(address)?.flags ?? 0) & typeFlag.dict) !== 0;
  }

  /** Text of a str object (its type is checked), cut at 4096 characters. */
  text(address: Address): string | undefined {
    if (!this.isString(address)) return undefined;
    return readPythonString(this.reader, this.layout, address, MAX_NAME_CHARACTERS)?.text;
  }

  integer(address: Address): bigint | undefined {
    return readInteger(this.reader, this.layout, address);
  }

  dict(address: Address, limit: number): DictContents | undefined {
    return readDict(this.reader, this.layout, address, limit);
  }

  /** The value of a dict under a string key, by comparing texts. */
  dictValue(dict: Address, name: string, limit = 1_000_000): Address | undefined {
    return this.#find(this.dict(dict, limit)?.entries ?? [], name);
  }

  #find(entries: readonly DictEntry[], name: string): Address | undefined {
    const last = this.#keys.get(name);
    const likely = last === undefined ? undefined : entries.find(({ key }) => key === last);
    if (likely !== undefined && this.#isText(likely.key, name)) return likely.value;
    const found = entries.find(({ key }) => this.#isText(key, name));
    if (found !== undefined) this.#keys.set(name, found.key);
    return found?.value;
  }

  // Most keys differ in length already, which saves copying their characters.
  #isText(address: Address, name: string): boolean {
    const length = this.reader.i64(address + 16);
    return length === name.length && this.text(address) === name;
  }

  /** Items of a tuple. */
  tuple(address: Address, limit: number): Sequence | undefined {
    const size = this.reader.i64(address + 16);
    return size === undefined ? undefined : this.#items(address + this.layout.tupleItems, size, limit);
  }

  /** Items of a list. */
  list(address: Address, limit: number): Sequence | undefined {
    const size = this.reader.i64(address + 16);
    return size === undefined ? undefined : this.#items(this.reader.pointer(address + 24), size, limit);
  }

  #items(start: Address, size: number, limit: number): Sequence | undefined {
    if (!(size >= 0 && size < 2 ** 40)) return undefined;
    const count = Math.min(size, limit);
    if (count === 0) return { size, items: [] };
    const table = this.reader.view(start, count * 8);
    if (table === undefined) return undefined;
    return { size, items: Array.from({ length: count }, (_, index) => pointerAt(table, index * 8)) };
  }

  /** Attributes that stand in the instance itself: its dict or inline values; slots are not among them. */
  instanceEntries(address: Address, type: PythonType, limit: number): readonly DictEntry[] {
    const { managed } = this.layout.instance;
    if ((type.flags & typeFlag.managedDict) !== 0 && managed !== 'none') {
      const inline = this.#managedEntries(address, type, managed, limit);
      if (inline !== undefined) return inline;
      return [];
    }
    let at = type.dictOffset;
    if (at === 0) return [];
    if (at < 0) {
      const size = Math.abs(this.reader.i64(address + 16) ?? 0);
      const whole = type.basicSize + size * type.itemSize;
      at += Math.ceil(whole / 8) * 8;
    }
    const dict = this.reader.pointer(address + at);
    return dict !== 0 && this.isDict(dict) ? (this.dict(dict, limit)?.entries ?? []) : [];
  }

  #managedEntries(
    address: Address,
    type: PythonType,
    managed: '3.11' | '3.12' | '3.13',
    limit: number,
  ): readonly DictEntry[] | undefined {
    const keys = (): Address => this.reader.pointer(type.address + this.layout.heapType.cachedKeys);
    const inline = (values: Address): DictEntry[] | undefined =>
      readKeyEntries(this.reader, this.layout, keys(), values, limit);
    const fromDict = (dict: Address): readonly DictEntry[] | undefined =>
      dict !== 0 && this.isDict(dict) ? this.dict(dict, limit)?.entries : undefined;
    if (managed === '3.11') {
      const values = this.reader.pointer(address - 32);
      return values === 0 ? fromDict(this.reader.pointer(address - 24)) : inline(values);
    }
    const word = this.reader.pointer(address - 24);
    if (managed === '3.12') return word % 2 === 1 ? inline(word + 1) : fromDict(word);
    if (word !== 0) return fromDict(word);
    if ((type.flags & typeFlag.inlineValues) === 0) return undefined;
    const start = address + type.basicSize;
    const isValid = this.reader.u8(start + 3) === 1;
    return isValid ? inline(start + valuesHeaderSize(this.layout)) : undefined;
  }

  /** Attribute of an instance by name, from its dict or inline values, else from a slot of its class. */
  attribute(address: Address, name: string): Address | undefined {
    const type = this.typeOf(address);
    if (type === undefined) return undefined;
    return this.#find(this.instanceEntries(address, type, MAX_ATTRIBUTES), name) ?? this.slot(address, type, name);
  }

  /** Value of a `__slots__` member or of a member that a C type publishes. */
  slot(address: Address, type: PythonType, name: string): Address | undefined {
    let current: PythonType | undefined = type;
    for (let depth = 0; current !== undefined && depth < MAX_BASES; depth++) {
      const descriptor = current.dict === 0 ? undefined : this.dictValue(current.dict, name);
      if (descriptor !== undefined) {
        const offset = this.memberOffset(descriptor);
        return offset === undefined ? undefined : this.reader.pointer(address + offset) || undefined;
      }
      current = current.base === 0 ? undefined : this.types.at(current.base);
    }
    return undefined;
  }

  /** Where a member descriptor's value stands in the instance, when it holds an object. */
  memberOffset(descriptor: Address): number | undefined {
    if (this.typeOf(descriptor)?.name !== 'member_descriptor') return undefined;
    // PyMemberDescrObject: object 16, type, name, qualname, then PyMemberDef {name, type i32, offset at 16}.
    const definition = this.reader.pointer(descriptor + 40);
    const kind = this.reader.i32(definition + 8);
    const isObject = kind === 6 || kind === 16;
    return isObject ? this.reader.i64(definition + 16) : undefined;
  }

  /** Attribute of a module by name. */
  moduleAttribute(module: Address, name: string): Address | undefined {
    const dict = this.reader.pointer(module + 16);
    return dict === 0 ? undefined : this.dictValue(dict, name);
  }

  /** Whether the object is None, by the name of its type. */
  isNone(address: Address): boolean {
    return this.typeOf(address)?.name === 'NoneType';
  }
}
