// Python dict: a keys object with a hash index and entries in order of insertion. Entries hold hash, key and value, or
// only key and value when all keys are strings (3.11+); in a split table the values stand in an array of their own.
//   up to 3.10:  refcount │ size │ lookup │ usable │ entries used │ indices …
//   3.11+:       refcount │ log2 size u8, log2 index bytes u8, kind u8, version u32 │ usable │ entries used │ indices …
import type { CPythonLayout } from '../cpython/layout.ts';
import { pointerAt, signed64At, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';

const USED = 16;
const KEYS = 32;
const VALUES = 40;
/** Above this many slots a table is taken for garbage: 2^31 entries of 24 bytes would be 48 GiB. */
const MAX_SLOTS = 2 ** 31;

export interface DictEntry {
  readonly key: Address;
  readonly value: Address;
}

export interface DictContents {
  /** Number of items as the dict counts them; `entries` may hold fewer. */
  readonly size: number;
  readonly entries: readonly DictEntry[];
}

interface KeysShape {
  readonly entriesAt: Address;
  readonly entryCount: number;
  readonly entrySize: number;
}

function readKeysShape(reader: MemoryReader, layout: CPythonLayout, keys: Address): KeysShape | undefined {
  const head = reader.peek(keys, 40);
  if (head === undefined) return undefined;
  if (layout.dictKeys.kind === 'size') {
    const slots = signed64At(head, 8);
    if (!(slots > 0 && slots <= MAX_SLOTS)) return undefined;
    let indexWidth = 8;
    if (slots <= 0xff) indexWidth = 1;
    else if (slots <= 0xffff) indexWidth = 2;
    else if (slots <= 0xffff_ffff) indexWidth = 4;
    return { entriesAt: keys + 40 + slots * indexWidth, entryCount: signed64At(head, 32), entrySize: 24 };
  }
  const [log2Slots, log2IndexBytes, kind] = [head.getUint8(8), head.getUint8(9), head.getUint8(10)];
  if (log2Slots > 31 || log2IndexBytes > 34 || kind > 2) return undefined;
  return {
    entriesAt: keys + 32 + 2 ** log2IndexBytes,
    entryCount: signed64At(head, 24),
    entrySize: kind === 0 ? 24 : 16,
  };
}

/** The items of a keys object; `values` is the array of a split table, 0 for a combined one. */
export function readKeyEntries(
  reader: MemoryReader,
  layout: CPythonLayout,
  keys: Address,
  values: Address,
  limit: number,
): DictEntry[] | undefined {
  const shape = readKeysShape(reader, layout, keys);
  if (shape === undefined || !(shape.entryCount >= 0 && shape.entryCount <= MAX_SLOTS)) return undefined;
  const entries: DictEntry[] = [];
  const step = 4096;
  for (let first = 0; first < shape.entryCount && entries.length < limit; first += step) {
    const count = Math.min(step, shape.entryCount - first);
    const table = reader.view(shape.entriesAt + first * shape.entrySize, count * shape.entrySize);
    if (table === undefined) return undefined;
    const apart = values === 0 ? undefined : reader.peek(values + first * 8, count * 8);
    if (values !== 0 && apart === undefined) return undefined;
    for (let index = 0; index < count && entries.length < limit; index++) {
      const keyAt = index * shape.entrySize + (shape.entrySize === 24 ? 8 : 0);
      const key = pointerAt(table, keyAt);
      const value = apart === undefined ? pointerAt(table, keyAt + 8) : pointerAt(apart, index * 8);
      if (key !== 0 && value !== 0) entries.push({ key, value });
    }
  }
  return entries;
}

/** The first `limit` items of a dict in order of insertion; `undefined` when it is unreadable. The type is not checked. */
export function readDict(
  reader: MemoryReader,
  layout: CPythonLayout,
  dict: Address,
  limit: number,
): DictContents | undefined {
  const head = reader.peek(dict, 48);
  if (head === undefined) return undefined;
  const size = signed64At(head, USED);
  if (!(size >= 0 && size <= MAX_SLOTS)) return undefined;
  if (size === 0) return { size, entries: [] };
  const values = pointerAt(head, VALUES);
  const valuesStart = values === 0 ? 0 : values + valuesHeaderSize(layout);
  const entries = readKeyEntries(reader, layout, pointerAt(head, KEYS), valuesStart, limit);
  return entries === undefined ? undefined : { size, entries };
}

/** Bytes in front of the pointers of a values array: 3.13 put four one-byte counters there, padded to a word. */
export function valuesHeaderSize(layout: CPythonLayout): number {
  return layout.instance.managed === '3.13' ? 8 : 0;
}
