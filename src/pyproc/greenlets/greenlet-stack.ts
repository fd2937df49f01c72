// The Python stack of a suspended greenlet. Its frames stay where they were, but the interpreter's entry frames between them
// lie on the C stack (3.12+), and that part of the C stack may have been put aside: reads of it go to the copy.
import type { Dumper, Frame } from '../dump.ts';
import { MemoryReader } from '../memory/memory-reader.ts';
import type { Address, ProcessMemory } from '../memory/process-memory.ts';
import type { GreenletState, SavedStack } from './greenlet-state.ts';

const MAX_FRAMES = 2000;
/** PyFrameObject: object, f_back, then the interpreter's frame (3.11+). */
const INTERPRETER_FRAME = 24;

class SuspendedMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #saved: SavedStack;

  constructor(source: ProcessMemory, saved: SavedStack) {
    this.#source = source;
    this.#saved = saved;
  }

  read(address: Address, target: Uint8Array, offset: number, length: number): number {
    const { start, size, copy } = this.#saved;
    const isSaved = address >= start && address + length <= start + size;
    return this.#source.read(isSaved ? copy + (address - start) : address, target, offset, length);
  }
}

/** Frames of a suspended greenlet, innermost first; those behind an unreadable link are missing. */
export function readGreenletStack(dumper: Dumper, { topFrame, saved }: GreenletState): Frame[] {
  const { target } = dumper;
  const { layout } = target;
  const reader = new MemoryReader(new SuspendedMemory(target.image.memory, saved));
  const frames: Frame[] = [];
  const seen = new Set<Address>();
  const isObject = layout.frame.kind === 'object';
  let address = isObject ? topFrame : reader.pointer(topFrame + INTERPRETER_FRAME);
  while (address !== 0 && !seen.has(address) && seen.size < MAX_FRAMES) {
    seen.add(address);
    if (layout.frame.kind === 'object') {
      const last = reader.i32(address + layout.frame.lastInstruction) ?? -1;
      const offset = last < 0 ? -1 : last * layout.frame.instructionUnit;
      const frame = dumper.describeFrame(address, reader.pointer(address + layout.frame.code), offset);
      if (frame === undefined) break;
      frames.push(frame);
      address = reader.pointer(address + layout.frame.back);
      continue;
    }
    const owner = reader.u8(address + layout.frame.owner);
    if (owner === undefined || owner > 4) break;
    if (!layout.frame.shimOwners.includes(owner)) {
      const word = reader.pointer(address + layout.frame.code);
      const code = word - (word % (layout.frame.tagMask + 1));
      const instruction = reader.pointer(address + layout.frame.instruction);
      const frame = dumper.describeFrame(address, code, instruction - code - layout.code.instructions);
      if (frame === undefined) break;
      frames.push(frame);
    }
    address = reader.pointer(address + layout.frame.previous);
  }
  return frames;
}
