// What fills the heap: number and bytes of objects by type. Small objects come from the allocator's pools, so that
// strings, numbers and bytes are there too, which the collector does not know; larger ones from the collector's lists.
import type { Address } from '../memory/process-memory.ts';
import { MemoryReader } from '../memory/memory-reader.ts';
import { TypeTable, typeFlag, type PythonType } from '../objects/type-table.ts';
import type { PythonTarget } from '../python-target.ts';
import { countDrift, readRunTime } from './drift.ts';
import { readGcObjects, type GcObjects } from './gc-lists.ts';
import { visitPoolBlocks, type PoolTotals } from './pools.ts';
import { SnapshotMemory } from './snapshot-memory.ts';

const GC_HEAD = 16;
const PRE_HEADER = 16;
/** The low bits of a node's links are flags. */
const FLAGS = 4;
const TYPE = 8;
const SIZE = 16;
const TYPE_FLAGS = 168;
const LIST_ALLOCATED = 32;
const MAX_ITEMS = 2 ** 40;
const RAW = '<raw memory>';

export interface TypeCensus {
  readonly name: string;
  /** Module of a class written in Python; empty for others. */
  readonly module: string;
  readonly count: number;
  /** Memory of the objects themselves and of the item arrays that they own. */
  readonly bytes: number;
  /** Address of the last object seen, as a sample. */
  readonly sample: Address;
}

export interface HeapCensus {
  readonly types: readonly TypeCensus[];
  readonly objects: number;
  readonly bytes: number;
  /** Tracked by the collector. */
  readonly tracked: number;
  readonly pools: PoolTotals | undefined;
  readonly isCollecting: boolean;
  readonly brokenLists: number;
  readonly copiedBytes: number;
  /** Tracked objects that came or went while it was counted; 0 when the target stood still, `undefined` when not asked for. */
  readonly drift: number | undefined;
}

interface Slot {
  readonly type: PythonType | undefined;
  count: number;
  bytes: number;
  sample: Address;
}

/** Counts objects of one target; each census takes its own copy of memory. */
class Counter {
  readonly #snapshot: SnapshotMemory;
  readonly #typeType: Address;
  readonly #types: TypeTable;
  /** Type address → where it is counted. */
  readonly #slots = new Map<Address, Slot>();
  readonly #raw: Slot = { type: undefined, count: 0, bytes: 0, sample: 0 };
  readonly #hasPreHeader: boolean;
  readonly #isCollecting: boolean;

  constructor(target: PythonTarget, snapshot: SnapshotMemory, isCollecting: boolean) {
    this.#isCollecting = isCollecting;
    this.#snapshot = snapshot;
    this.#typeType = target.facts.typeType;
    this.#types = new TypeTable(new MemoryReader(snapshot), target.facts.typeType);
    this.#types.useNames(target.objects.types.names);
    this.#hasPreHeader = target.layout.minor >= 11;
  }

  #slot(word: Address): Slot | undefined {
    const known = this.#slots.get(word);
    if (known !== undefined || word === 0 || word % 8 !== 0 || !this.#couldBeType(word)) return known;
    const type = this.#types.at(word);
    if (type === undefined) return undefined;
    const slot: Slot = { type, count: 0, bytes: 0, sample: 0 };
    this.#slots.set(word, slot);
    return slot;
  }

  // Nearly every word of raw memory fails here, before a whole type struct is read.
  #couldBeType(word: Address): boolean {
    const meta = this.#snapshot.word(word + TYPE);
    if (meta === this.#typeType) return true;
    if (meta === 0 || meta % 8 !== 0 || this.#snapshot.word(meta + TYPE) !== this.#typeType) return false;
    return (this.#snapshot.word32(meta + TYPE_FLAGS) & typeFlag.type) !== 0;
  }

  /** An object that the collector tracks and that is too large for a pool. */
  addTracked(object: Address): void {
    const slot = this.#slot(this.#snapshot.word(object + TYPE));
    if (slot?.type !== undefined)
      this.#count(slot, object, this.#headSize(slot.type) + this.#bodySize(object, slot.type));
  }

  /** A block of a pool: the object begins at once, behind a collector's node, or behind a node and two more words. */
  addBlock(block: Address, size: number): void {
    const plain = this.#slot(this.#snapshot.word(block + TYPE));
    if (plain?.type !== undefined && (plain.type.flags & typeFlag.hasGc) === 0) {
      this.#count(plain, block, size);
      return;
    }
    for (const head of this.#hasPreHeader ? [GC_HEAD, GC_HEAD + PRE_HEADER] : [GC_HEAD]) {
      if (head + TYPE >= size) break;
      const slot = this.#slot(this.#snapshot.word(block + head + TYPE));
      if (slot?.type === undefined || this.#headSize(slot.type) !== head || !this.#isNode(block + head - GC_HEAD))
        continue;
      this.#count(slot, block + head, size + this.#ownedBytes(block + head, slot.type));
      return;
    }
    // A static type's instances may carry the flag and yet be made without a node.
    if (plain === undefined) {
      this.#raw.count++;
      this.#raw.bytes += size;
    } else this.#count(plain, block, size);
  }

  // A number in raw memory may happen to be the address of a type. A collector's node is zero (not tracked) or linked; while a
  // collection runs, the links back hold counts.
  #isNode(node: Address): boolean {
    const next = this.#snapshot.word(node);
    if (next === 0) return this.#snapshot.word32(node) === 0;
    if (this.#isCollecting) return true;
    const previous = this.#snapshot.word(next - (next % FLAGS) + 8);
    return previous - (previous % FLAGS) === node;
  }

  #count(slot: Slot, object: Address, bytes: number): void {
    slot.count++;
    slot.bytes += bytes;
    slot.sample = object;
  }

  #headSize(type: PythonType): number {
    if ((type.flags & typeFlag.hasGc) === 0) return 0;
    const hasPreHeader = this.#hasPreHeader && (type.flags & (typeFlag.managedDict | MANAGED_WEAKREF)) !== 0;
    return GC_HEAD + (hasPreHeader ? PRE_HEADER : 0);
  }

  #bodySize(object: Address, type: PythonType): number {
    const items = type.itemSize === 0 ? 0 : Math.abs(this.#snapshot.word(object + SIZE));
    const body = type.basicSize + (items < MAX_ITEMS ? items * type.itemSize : 0);
    return Math.ceil(body / 8) * 8 + this.#ownedBytes(object, type);
  }

  // Item arrays of lists lie apart; those of small dicts are blocks of pools and are counted there as raw memory.
  #ownedBytes(object: Address, type: PythonType): number {
    if ((type.flags & typeFlag.list) === 0) return 0;
    const allocated = this.#snapshot.word(object + LIST_ALLOCATED);
    return allocated * 8 > 512 && allocated < MAX_ITEMS ? allocated * 8 : 0;
  }

  finish(moduleOf: (type: PythonType) => string): TypeCensus[] {
    const rows: TypeCensus[] = [];
    for (const slot of this.#slots.values()) {
      if (slot.type === undefined || slot.count === 0) continue;
      const { type, count, bytes, sample } = slot;
      rows.push({ name: type.name, module: moduleOf(type), count, bytes, sample });
    }
    if (this.#raw.count > 0)
      rows.push({ name: RAW, module: '', count: this.#raw.count, bytes: this.#raw.bytes, sample: 0 });
    return rows.toSorted((a, b) => b.bytes - a.bytes);
  }
}

const MANAGED_WEAKREF = 1 << 3;

/** A walk that met a collection or a list in motion is tried again this often. */
const ATTEMPTS = 4;

/**
 * Takes a census. `withPools`: also what the collector does not track. `pid`: the target goes on meanwhile, and the drift is
 * measured. `undefined` when the collector is not known.
 */
export function takeCensus(target: PythonTarget, withPools: boolean, pid?: number): HeapCensus | undefined {
  for (let attempt = 1; ; attempt++) {
    const census = takeOnce(target, withPools, pid);
    const isClean = census === undefined || (!census.isCollecting && census.brokenLists === 0);
    // A core says the same every time.
    if (isClean || attempt === ATTEMPTS || target.image.refresh === undefined) return census;
  }
}

/** A target that did not run meanwhile cannot have changed; else the lists are read once more. */
function measureDrift(target: PythonTarget, tracked: GcObjects, pid: number, ranBefore: number | undefined): number {
  if (ranBefore !== undefined && readRunTime(pid) === ranBefore) return 0;
  target.image.refresh?.();
  const again = readGcObjects(target, new SnapshotMemory(target.image.memory, target.image.mappings));
  return again === undefined ? 0 : countDrift(tracked, again);
}

function takeOnce(target: PythonTarget, withPools: boolean, pid: number | undefined): HeapCensus | undefined {
  const ranBefore = pid === undefined ? undefined : readRunTime(pid);
  target.image.refresh?.();
  const snapshot = new SnapshotMemory(target.image.memory, target.image.mappings);
  const tracked = readGcObjects(target, snapshot);
  if (tracked === undefined) return undefined;
  const counter = new Counter(target, snapshot, tracked.isCollecting);
  const { poolSize } = target.layout;
  const poolStarts = new Set<number>();
  let pools: PoolTotals | undefined;
  if (withPools) {
    pools = visitPoolBlocks(snapshot, target.image.mappings, poolSize, (block, size) => {
      poolStarts.add(Math.floor(block / poolSize));
      counter.addBlock(block, size);
    });
  }
  for (let index = 0; index < tracked.count; index++) {
    const object = tracked.addresses[index] as number;
    if (!poolStarts.has(Math.floor(object / poolSize))) counter.addTracked(object);
  }
  const { objects } = target;
  const types = counter.finish((type) => {
    if ((type.flags & typeFlag.heapType) === 0 || type.dict === 0) return '';
    const module = objects.dictValue(type.dict, '__module__');
    return module === undefined ? '' : (objects.text(module) ?? '');
  });
  return {
    types,
    objects: types.reduce((sum, { name, count }) => (name === RAW ? sum : sum + count), 0),
    bytes: types.reduce((sum, { bytes }) => sum + bytes, 0),
    tracked: tracked.count,
    pools,
    isCollecting: tracked.isCollecting,
    brokenLists: tracked.brokenLists,
    copiedBytes: snapshot.copiedBytes,
    drift: pid === undefined ? undefined : measureDrift(target, tracked, pid, ranBefore),
  };
}
