// The collector's lists: every container object that it tracks, in generations. A list node is two words in front of the
// object, next and previous, whose lowest bits are flags.
import { gcState } from '../cpython/gc-test.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';
import { listInterpreters } from '../threads/thread-list.ts';
import type { SnapshotMemory } from './snapshot-memory.ts';
import { AddressList, walkRing } from './walk-ring.ts';

const NODE_SIZE = 16;
const MAX_OBJECTS = 500_000_000;

export interface GcObjects {
  /** Addresses of objects, in the order of the lists; longer than `count`. */
  readonly addresses: Float64Array;
  readonly count: number;
  /** A collection ran while we read: lists are being moved, and some objects may be missing or doubled. */
  readonly isCollecting: boolean;
  /** Lists that did not come back to their head. */
  readonly brokenLists: number;
}

/** Reads all lists; `undefined` when this version's collector is not known. */
export function readGcObjects(target: PythonTarget, snapshot: SnapshotMemory): GcObjects | undefined {
  const { layout, runtime, reader } = target;
  const gc = target.gc();
  if (gc === undefined) return undefined;
  const interpreters = listInterpreters(target);
  const states = new Set<Address>(interpreters.map(({ address }) => gcState(layout, runtime, address)));
  const isCollecting = (): boolean => [...states].some((state) => reader.i32(state + gc.collecting) !== 0);
  const atStart = isCollecting();
  const list = new AddressList();
  const nextOf = (node: Address): Address => {
    const next = snapshot.word(node);
    return next - (next % 4);
  };
  let brokenLists = 0;
  for (const state of states) {
    // Oldest first: what moves meanwhile moves into older lists, so it may be missed but is not counted twice.
    for (const offset of [gc.permanent, ...gc.generations.toReversed()]) {
      const head = state + offset;
      // The head changes all the time; it is read from the process and not from the copy.
      const first = reader.pointer(head);
      if (!walkRing(head, first - (first % 4), nextOf, list, MAX_OBJECTS)) brokenLists++;
    }
  }
  const { addresses, count } = list;
  for (let i = 0; i < count; i++) addresses[i]! += NODE_SIZE;
  return { addresses, count, isCollecting: atStart || isCollecting(), brokenLists };
}
