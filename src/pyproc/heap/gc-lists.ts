// The collector's lists: every container object that it tracks, in generations. A list node is two words in front of the
// object, next and previous, whose lowest bits are flags.
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';
import { listInterpreters } from '../threads/thread-list.ts';
import type { SnapshotMemory } from './snapshot-memory.ts';

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
  const { gc } = layout;
  if (gc === undefined) return undefined;
  const states: Address[] =
    layout.runtime.gc === undefined
      ? listInterpreters(target).map(({ address }) => address + (layout.interpreter.gc ?? 0))
      : [runtime + layout.runtime.gc];
  const isCollecting = (): boolean => states.some((state) => reader.i32(state + gc.collecting) !== 0);
  const atStart = isCollecting();
  let addresses = new Float64Array(1 << 16);
  let count = 0;
  let brokenLists = 0;
  for (const state of states) {
    // Oldest first: what moves meanwhile moves into older lists, so it may be missed but is not counted twice.
    for (const offset of [gc.permanent, ...gc.generations.toReversed()]) {
      const head = state + offset;
      // The head changes all the time; it is read from the process and not from the copy.
      let node = reader.pointer(head);
      node -= node % 4;
      while (node !== head) {
        const object = node + NODE_SIZE;
        if (node === 0 || node % 8 !== 0 || count >= MAX_OBJECTS) {
          brokenLists++;
          break;
        }
        if (count === addresses.length) {
          const grown = new Float64Array(count * 2);
          grown.set(addresses);
          addresses = grown;
        }
        addresses[count++] = object;
        const next = snapshot.word(node);
        node = next - (next % 4);
      }
    }
  }
  return { addresses, count, isCollecting: atStart || isCollecting(), brokenLists };
}
