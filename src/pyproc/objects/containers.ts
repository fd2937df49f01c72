// Sets and deques. A set is a table of (object, hash) pairs, free where the object is null and left over where the hash
// is -1; a deque is a list of blocks of 64 pointers. See Objects/setobject.c and Modules/_collectionsmodule.c.
import { pointerAt, signed64At, type MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { Sequence } from './object-reader.ts';

const MAX_TABLE_SLOTS = 4 * 1024 * 1024;
const SET_STEP = 4096;
const BLOCK_LENGTH = 64;
const BLOCK_RIGHT = 8 + BLOCK_LENGTH * 8;

/** The first `limit` members of a set or frozenset, in the order in which Python iterates. */
export function readSetItems(reader: MemoryReader, address: Address, limit: number): Sequence | undefined {
  const head = reader.view(address, 48);
  if (head === undefined) return undefined;
  const size = signed64At(head, 24);
  const slots = signed64At(head, 32) + 1;
  if (!(size >= 0 && slots >= 1 && slots <= MAX_TABLE_SLOTS)) return undefined;
  const table = pointerAt(head, 40);
  const items: Address[] = [];
  for (let first = 0; first < slots && items.length < Math.min(limit, size); first += SET_STEP) {
    const count = Math.min(SET_STEP, slots - first);
    const view = reader.view(table + first * 16, count * 16);
    if (view === undefined) return undefined;
    for (let index = 0; index < count && items.length < limit; index++) {
      const member = pointerAt(view, index * 16);
      const isDummy = view.getInt32(index * 16 + 8, true) === -1 && view.getInt32(index * 16 + 12, true) === -1;
      if (member !== 0 && !isDummy) items.push(member);
    }
  }
  return { size, items };
}

/** The first `limit` items of a deque from the left. */
export function readDeque(reader: MemoryReader, address: Address, limit: number): Sequence | undefined {
  const head = reader.view(address, 56);
  if (head === undefined) return undefined;
  const size = signed64At(head, 16);
  let block = pointerAt(head, 24);
  let index = signed64At(head, 40);
  if (!(size >= 0 && size < 2 ** 40 && index >= 0 && index <= BLOCK_LENGTH)) return undefined;
  const items: Address[] = [];
  while (items.length < Math.min(size, limit)) {
    const view = reader.view(block, BLOCK_RIGHT + 8);
    if (view === undefined) return undefined;
    for (; index < BLOCK_LENGTH && items.length < Math.min(size, limit); index++) {
      items.push(pointerAt(view, 8 + index * 8));
    }
    index = 0;
    block = pointerAt(view, BLOCK_RIGHT);
  }
  return { size, items };
}
