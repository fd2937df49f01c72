// Rings of linked nodes in a process' memory, which may lead anywhere.
import type { Address } from '../memory/process-memory.ts';

const FIRST_ROOM = 1 << 16;
const FIRST_LAP = 64;

/** Addresses one behind the other. */
export class AddressList {
  /** Longer than `count`. */
  addresses = new Float64Array(FIRST_ROOM);
  count = 0;

  push(address: Address): void {
    if (this.count === this.addresses.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.addresses);
      this.addresses = grown;
    }
    this.addresses[this.count++] = address;
  }
}

/**
 * Appends the nodes of the ring from `first` to before `head` to `list`, each once, at most until that has `most`. False when the ring does
 * not come back to its head: a link leads to what cannot be a node, or back into the ring, which R. P. Brent's way of finding cycles sees
 * (BIT 20, 1980).
 */
export function walkRing(
  head: Address,
  first: Address,
  nextOf: (node: Address) => Address,
  list: AddressList,
  most: number,
): boolean {
  const start = list.count;
  let [anchor, anchorAt, lap] = [head, start, FIRST_LAP];
  for (let node = first; node !== head; node = nextOf(node)) {
    if (node === 0 || node % 8 !== 0 || list.count >= most) return false;
    if (node === anchor) {
      cutCycle(list, start, anchorAt);
      return false;
    }
    if (list.count - anchorAt === lap) {
      anchor = node;
      anchorAt = list.count;
      lap *= 2;
    }
    list.push(node);
  }
  return true;
}

/** The node behind the last one is that at `anchorAt`: leaves each node of the cycle once. */
function cutCycle(list: AddressList, start: number, anchorAt: number): void {
  const { addresses, count } = list;
  const length = count - anchorAt;
  let entry = start;
  while (entry < anchorAt && addresses[entry] !== addresses[entry + length]) entry++;
  list.count = entry + length;
}
