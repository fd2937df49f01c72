// Who holds an object: a pass over every tracked object compares the words of its body and of what it owns – list items,
// dict entries, set tables, instance values – with the addresses that are looked for. One pass finds the referrers of a
// whole generation, so a path to a root costs as many passes as it has steps.
import { CodeTable } from '../frames/code-table.ts';
import { readLocals } from '../frames/locals.ts';
import { StackMemory, StackWalker } from '../frames/stack-walker.ts';
import { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import { readSetItems } from '../objects/containers.ts';
import { ObjectReader } from '../objects/object-reader.ts';
import { defaultLimits, renderValue } from '../objects/render-value.ts';
import { typeFlag, type PythonType } from '../objects/type-table.ts';
import type { PythonTarget } from '../python-target.ts';
import { listThreads } from '../threads/thread-list.ts';
import { readThreadNames } from '../threads/thread-names.ts';
import { readGcObjects } from './gc-lists.ts';
import { SnapshotMemory } from './snapshot-memory.ts';

const MAX_ITEMS = 10_000_000;
const MAX_STEPS = 24;
const MAX_FRONTIER = 200_000;
const SHARED_KEYS_ENTRIES = 24;

export interface Reference {
  /** The referrer; 0 for a variable of a running frame. */
  readonly from: Address;
  readonly typeName: string;
  /** How it holds the object: `["key"]`, `[3]`, `.attribute`, `variable x of f, thread "main"`. */
  readonly edge: string;
}

/** Finds referrers in one copy of a target's memory. */
export class ReferrerSearch {
  readonly #target: PythonTarget;
  readonly #snapshot: SnapshotMemory;
  readonly #objects: ObjectReader;
  readonly #addresses: Float64Array;
  readonly #count: number;
  readonly #locals = new Map<Address, string>();

  constructor(target: PythonTarget) {
    this.#target = target;
    target.image.refresh?.();
    this.#snapshot = new SnapshotMemory(target.image.memory, target.image.mappings);
    this.#objects = new ObjectReader(new MemoryReader(this.#snapshot), target.layout, target.facts.typeType);
    const tracked = readGcObjects(target, this.#snapshot);
    this.#addresses = tracked?.addresses ?? new Float64Array(0);
    this.#count = tracked?.count ?? 0;
    this.#readLocals();
  }

  /** An object of a type with this name: `Session`, or `module.Session` without regard to the module; of a C type, too. */
  findInstance(typeName: string): Address | undefined {
    const short = typeName.slice(typeName.lastIndexOf('.') + 1);
    for (let index = 0; index < this.#count; index++) {
      const object = this.#addresses[index] as number;
      const name = this.#objects.typeOf(object)?.name ?? '';
      const isNamed = name === typeName || name === short || name.slice(name.lastIndexOf('.') + 1) === typeName;
      if (isNamed) return object;
    }
    return undefined;
  }

  /** Whether the address is that of an object. */
  isObject(address: Address): boolean {
    return this.#objects.typeOf(address) !== undefined;
  }

  /** The text of an object. */
  describe(object: Address): string {
    return renderValue(this.#objects, object, { ...defaultLimits, depth: 4 });
  }

  // Variables of running frames hold objects without the collector's knowledge of who they are.
  #readLocals(): void {
    const codes = new CodeTable(this.#target.layout, this.#target.reader, this.#target.objects);
    const walker = new StackWalker(this.#target.image.memory, this.#target.layout, codes);
    for (const thread of listThreads(this.#target)) {
      const name = readThreadNames(this.#target, thread.interpreter).get(thread.pthreadId)?.name ?? '?';
      const { stack } = walker.look(thread.address, false, new StackMemory());
      for (let index = 0; index < stack.count; index++) {
        const code = codes.at(stack.codes[index] as number);
        if (code === undefined || (code.flags & 1) === 0) continue;
        for (const { name: variable, value } of readLocals(this.#target, stack.frames[index] as number, code)) {
          this.#locals.set(value, `variable ${variable} of ${code.qualifiedName}(), thread "${name}"`);
        }
      }
    }
  }

  /** Who holds `object`, at most `limit` of them. */
  referrersOf(object: Address, limit: number): Reference[] {
    const found: Reference[] = [];
    const local = this.#locals.get(object);
    if (local !== undefined) found.push({ from: 0, typeName: 'frame', edge: local });
    for (const from of this.#pass(new Map([[object, 0]])).keys()) {
      if (found.length >= limit) break;
      found.push({ from, typeName: this.#objects.typeOf(from)?.name ?? '?', edge: this.#describeEdge(from, object) });
    }
    return found;
  }

  /** The shortest chain from `object` to something that keeps itself alive: a module, or a variable of a running frame. */
  pathToRoot(object: Address): Reference[] | undefined {
    const next = new Map<Address, Address>([[object, 0]]);
    let frontier = new Map<Address, Address>([[object, 0]]);
    for (let step = 0; step < MAX_STEPS && frontier.size > 0; step++) {
      for (const held of frontier.keys()) {
        if (this.#isRoot(held)) return this.#chain(held, next);
      }
      const referrers = this.#pass(frontier);
      frontier = new Map();
      for (const [from, to] of referrers) {
        if (next.has(from) || frontier.size >= MAX_FRONTIER) continue;
        next.set(from, to);
        frontier.set(from, to);
      }
    }
    return undefined;
  }

  #isRoot(object: Address): boolean {
    return this.#locals.has(object) || this.#objects.typeOf(object)?.name === 'module';
  }

  #chain(root: Address, next: ReadonlyMap<Address, Address>): Reference[] {
    const chain: Reference[] = [];
    const local = this.#locals.get(root);
    if (local !== undefined) chain.push({ from: 0, typeName: 'frame', edge: local });
    let from = root;
    for (let to = next.get(from) ?? 0; to !== 0; to = next.get(from) ?? 0) {
      const name = this.#objects.typeOf(from)?.name ?? '?';
      const shown =
        name === 'module' ? this.#objects.text(this.#objects.moduleAttribute(from, '__name__') ?? 0) : undefined;
      chain.push({
        from,
        typeName: shown === undefined ? name : `module ${shown}`,
        edge: this.#describeEdge(from, to),
      });
      from = to;
    }
    return chain;
  }

  /** Every tracked object that holds one of `wanted`, with the first that it holds. */
  #pass(wanted: ReadonlyMap<Address, unknown>): Map<Address, Address> {
    const found = new Map<Address, Address>();
    for (let index = 0; index < this.#count; index++) {
      const object = this.#addresses[index] as number;
      const held = this.#findHeld(object, wanted);
      if (held !== 0) found.set(object, held);
    }
    return found;
  }

  #findHeld(object: Address, wanted: ReadonlyMap<Address, unknown>): Address {
    const type = this.#objects.typeOf(object);
    if (type === undefined) return 0;
    // The list of all modules holds everything and says nothing, and a weak reference holds nothing.
    if (type.name === 'weakref' || type.name.endsWith('.weakref') || type.name === 'weakref.ReferenceType') return 0;
    const body = this.#scan(object + 16, (type.basicSize - 16) / 8, wanted) || this.#scanOwned(object, type, wanted);
    return body;
  }

  #scan(start: Address, words: number, wanted: ReadonlyMap<Address, unknown>): Address {
    for (let index = 0; index < words; index++) {
      const word = this.#snapshot.word(start + index * 8);
      if (word !== 0 && wanted.has(word)) return word;
    }
    return 0;
  }

  #scanOwned(object: Address, type: PythonType, wanted: ReadonlyMap<Address, unknown>): Address {
    const size = Math.min(this.#snapshot.word(object + 16), MAX_ITEMS);
    if ((type.flags & typeFlag.list) !== 0) return this.#scan(this.#snapshot.word(object + 24), size, wanted);
    if ((type.flags & typeFlag.tuple) !== 0) return this.#scan(object + this.#target.layout.tupleItems, size, wanted);
    if ((type.flags & typeFlag.dict) !== 0) return this.#scanDict(object, wanted);
    if (type.name === 'set' || type.name === 'frozenset') {
      const items = readSetItems(this.#objects.reader, object, MAX_ITEMS)?.items ?? [];
      return items.find((item) => wanted.has(item)) ?? 0;
    }
    return (type.flags & typeFlag.managedDict) === 0 ? 0 : this.#scanManaged(object, type, wanted);
  }

  #scanDict(dict: Address, wanted: ReadonlyMap<Address, unknown>): Address {
    for (const { key, value } of this.#objects.dict(dict, MAX_ITEMS)?.entries ?? []) {
      if (wanted.has(value)) return value;
      if (wanted.has(key)) return key;
    }
    return 0;
  }

  #scanManaged(object: Address, type: PythonType, wanted: ReadonlyMap<Address, unknown>): Address {
    const { managed } = this.#target.layout.instance;
    const keys = this.#snapshot.word(type.address + this.#target.layout.heapType.cachedKeys);
    const count = keys === 0 ? 0 : Math.min(this.#snapshot.word(keys + SHARED_KEYS_ENTRIES), 64);
    const pointer = this.#snapshot.word(object - 24);
    if (pointer !== 0 && pointer % 2 === 0 && wanted.has(pointer)) return pointer;
    if (managed === '3.11') return this.#scan(this.#snapshot.word(object - 32), count, wanted);
    if (managed === '3.12') return pointer % 2 === 1 ? this.#scan(pointer + 1, count, wanted) : 0;
    const isInline = pointer === 0 && (type.flags & typeFlag.inlineValues) !== 0;
    return isInline ? this.#scan(object + type.basicSize + 8, count, wanted) : 0;
  }

  #describeEdge(from: Address, to: Address): string {
    const type = this.#objects.typeOf(from);
    if (type === undefined) return '';
    if ((type.flags & (typeFlag.list | typeFlag.tuple)) !== 0) {
      const sequence =
        (type.flags & typeFlag.list) === 0 ? this.#objects.tuple(from, MAX_ITEMS) : this.#objects.list(from, MAX_ITEMS);
      const index = sequence?.items.indexOf(to) ?? -1;
      if (index >= 0) return `[${index}]`;
    }
    if ((type.flags & typeFlag.dict) !== 0) {
      for (const { key, value } of this.#objects.dict(from, MAX_ITEMS)?.entries ?? []) {
        if (value === to) return `[${renderValue(this.#objects, key, { ...defaultLimits, depth: 1 })}]`;
        if (key === to) return '(as a key)';
      }
    }
    for (const { key, value } of this.#objects.instanceEntries(from, type, 10_000)) {
      if (value === to) return `.${this.#objects.text(key) ?? '?'}`;
    }
    if (type.name === 'set' || type.name === 'frozenset') return '(as a member)';
    if (type.name === 'cell') return '(closure variable)';
    if (type.name === 'module' || type.dictOffset > 0) return '.__dict__';
    return '(inside)';
  }
}
