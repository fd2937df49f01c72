// The value stack of a frame: what it is in the middle of. How many of its items are alive is not written down while
// the frame runs, but inside a `try` or `with` block a known number of them must be: the block stack (up to 3.10) or
// the exception table (3.11+) says how many.
import { pointerAt } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';
import type { Frame } from '../dump.ts';
import type { CodeInfo } from './code-table.ts';

const MAX_BLOCKS = 20;
const MAX_STACK = 4096;
const MAX_TABLE_BYTES = 1024 * 1024;

/** Stack depth that the innermost block around the instruction at byte `offset` guarantees; 0 outside of blocks. */
export function guaranteedDepth(table: Uint8Array, offset: number): number {
  const unit = offset >> 1;
  let at = 0;
  const number = (): number => {
    let byte = table[at++] ?? 0;
    let value = byte & 63;
    while ((byte & 64) !== 0 && at < table.length) {
      byte = table[at++] ?? 0;
      value = value * 64 + (byte & 63);
    }
    return value;
  };
  let depth = 0;
  while (at < table.length) {
    const [start, length] = [number(), number()];
    number();
    const depthAndFlag = number();
    if (start > unit) break;
    if (unit < start + length) depth = depthAndFlag >> 1;
  }
  return depth;
}

interface StackPlace {
  readonly start: Address;
  /** Items that are surely alive. */
  readonly alive: number;
}

function findStack(target: PythonTarget, frame: Frame): StackPlace {
  const { layout, objects } = target;
  const { reader } = objects;
  if (layout.frame.kind === 'object') {
    const head = reader.view(frame.address + layout.frame.blockCount, 4);
    const count = Math.min(head?.getInt32(0, true) ?? 0, MAX_BLOCKS);
    const blocks = reader.view(frame.address + layout.frame.blocks, Math.max(0, count) * 12);
    let alive = 0;
    for (let index = 0; index < count; index++) alive = Math.max(alive, blocks?.getInt32(index * 12 + 8, true) ?? 0);
    return { start: reader.pointer(frame.address + layout.frame.valueStack), alive };
  }
  const slots = reader.i32(frame.code + (layout.code.slotCount ?? 0)) ?? 0;
  const table = reader.pointer(frame.code + (layout.code.exceptionTable ?? 0));
  const size = Math.min(reader.i64(table + 16) ?? 0, MAX_TABLE_BYTES);
  const bytes = size > 0 ? reader.bytes(table + 32, size) : undefined;
  return {
    start: frame.address + layout.frame.localsPlus + Math.max(0, slots) * 8,
    alive: bytes === undefined ? 0 : guaranteedDepth(bytes, frame.offset),
  };
}

function readWords(target: PythonTarget, start: Address, count: number): Address[] {
  const bounded = Math.max(0, Math.min(count, MAX_STACK));
  const table = target.objects.reader.view(start, bounded * 8);
  if (table === undefined) return [];
  // Tag bits of 3.14; pointers to objects never use them.
  return Array.from({ length: bounded }, (_, index) => {
    const word = pointerAt(table, index * 8);
    return word - (word % 4);
  });
}

/** Items of the value stack that are surely alive, outermost block first. */
export function readBlockItems(target: PythonTarget, frame: Frame): Address[] {
  const { start, alive } = findStack(target, frame);
  return readWords(target, start, alive);
}

/** Every word of the value stack, alive or left over. */
export function readStackWords(target: PythonTarget, frame: Frame, code: CodeInfo): Address[] {
  return readWords(target, findStack(target, frame).start, code.stackSize);
}
