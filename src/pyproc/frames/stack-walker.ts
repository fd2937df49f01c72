// Reads one thread's Python stack from a process that keeps running. The stack may change between two reads, so:
//   1. the thread state is read, then the whole used part of its data stack in one copy per chunk (3.11+);
//   2. frames are followed inside the copy; frames of generators lie elsewhere and are read one by one;
//   3. all of it is done twice, and only two equal walks count. Otherwise it is tried again a few times, and at last
//      the newest walk is given, cut to what ran through to the root, and marked uncertain.
import type { CPythonLayout, FrameLayout } from '../cpython/layout.ts';
import { pointerAt } from '../memory/memory-reader.ts';
import type { Address, ProcessMemory } from '../memory/process-memory.ts';
import type { CodeTable } from './code-table.ts';

/** Deeper stacks are cut at the root's end; Python's own limit is 1000 unless raised. */
export const MAX_FRAMES = 20_000;
const MAX_CHUNKS = 64;
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const MAX_ATTEMPTS = 8;
const EQUAL_WALKS = 2;
/** A generator's frame lies outside of the copied chunk, and the next generator takes the same place. */
const EQUAL_WITH_GENERATORS = 4;
const GENERATOR_FLAGS = 0x20 | 0x80 | 0x200;
const CHUNK_HEADER = 24;
const OWNER_GENERATOR = 1;

interface Chunk {
  start: Address;
  end: Address;
  bytes: Uint8Array;
  view: DataView<ArrayBufferLike>;
}

/** Frames of one walk, innermost first; the arrays are longer than `count` and are reused by the next walk. */
export class WalkedStack {
  count = 0;
  /** The chain reached its end. */
  isComplete = false;
  isTruncated = false;
  hasGenerator = false;
  frames = new Float64Array(128);
  codes = new Float64Array(128);
  /** Byte offset of the instruction in its code; -1 when execution has not begun. */
  offsets = new Int32Array(128);
  /** 1 where the frame belongs to a generator or coroutine. */
  generators = new Uint8Array(128);

  push(frame: Address, code: Address, offset: number, isGenerator: boolean): void {
    if (this.count === this.frames.length) this.#grow();
    this.frames[this.count] = frame;
    this.codes[this.count] = code;
    this.offsets[this.count] = offset;
    this.generators[this.count++] = isGenerator ? 1 : 0;
    this.hasGenerator ||= isGenerator;
  }

  #grow(): void {
    const { frames, codes, offsets, generators } = this;
    this.frames = new Float64Array(frames.length * 2);
    this.codes = new Float64Array(frames.length * 2);
    this.offsets = new Int32Array(frames.length * 2);
    this.generators = new Uint8Array(frames.length * 2);
    this.frames.set(frames);
    this.codes.set(codes);
    this.offsets.set(offsets);
    this.generators.set(generators);
  }

  /** A generator at the root is one that is just being resumed or left: its caller is not linked at that moment. */
  endsInGenerator(): boolean {
    return this.count > 0 && this.generators[this.count - 1] === 1;
  }

  /** Same frames running the same code, and every caller at the same instruction; the innermost may have moved on. */
  equals(other: WalkedStack): boolean {
    if (this.count !== other.count || this.isComplete !== other.isComplete) return false;
    for (let index = 0; index < this.count; index++) {
      if (this.frames[index] !== other.frames[index] || this.codes[index] !== other.codes[index]) return false;
      if (index > 0 && this.offsets[index] !== other.offsets[index]) return false;
    }
    return true;
  }
}

/** How a look at a stack ended. `stack` is valid until the walker's next look. */
export interface StackLook {
  readonly stack: WalkedStack;
  readonly isUncertain: boolean;
  readonly attempts: number;
}

/** Walks stacks of one process. Not for use from several places at once. */
export class StackWalker {
  readonly #memory: ProcessMemory;
  readonly #layout: CPythonLayout;
  readonly #codes: CodeTable;
  readonly #scratch = new Uint8Array(512);
  readonly #scratchView = new DataView(this.#scratch.buffer);
  readonly #chunks: Chunk[] = [];
  #chunkCount = 0;
  /** When not 0, a thread state that does not belong to this interpreter is not walked. */
  interpreter: Address = 0;
  #current = new WalkedStack();
  #previous = new WalkedStack();

  constructor(memory: ProcessMemory, layout: CPythonLayout, codes: CodeTable) {
    this.#memory = memory;
    this.#layout = layout;
    this.#codes = codes;
  }

  /** Looks at the stack of the thread state at `thread`. `isStill`: it cannot move (paused, a core), one walk is enough. */
  look(thread: Address, isStill = false): StackLook {
    this.#walk(thread);
    if (isStill) return { stack: this.#current, isUncertain: !this.#current.isComplete, attempts: 1 };
    let equal = 1;
    for (let attempt = 1; ; attempt++) {
      [this.#current, this.#previous] = [this.#previous, this.#current];
      this.#walk(thread);
      const { isComplete, hasGenerator } = this.#current;
      equal = isComplete && this.#current.equals(this.#previous) ? equal + 1 : 1;
      if (equal >= (hasGenerator ? EQUAL_WITH_GENERATORS : EQUAL_WALKS)) {
        return { stack: this.#current, isUncertain: false, attempts: attempt };
      }
      if (attempt === MAX_ATTEMPTS) return { stack: this.#current, isUncertain: true, attempts: attempt };
    }
  }

  #read(address: Address, length: number): boolean {
    return this.#memory.read(address, this.#scratch, 0, length) === length;
  }

  #walk(thread: Address): void {
    const stack = this.#current;
    stack.count = 0;
    stack.isComplete = false;
    stack.isTruncated = false;
    stack.hasGenerator = false;
    const { thread: offsets, frame } = this.#layout;
    if (!this.#read(thread, Math.min(offsets.size, this.#scratch.length))) return;
    // A thread state that was freed meanwhile.
    if (this.interpreter !== 0 && pointerAt(this.#scratchView, offsets.interpreter) !== this.interpreter) return;
    let top = pointerAt(this.#scratchView, offsets.frame);
    if (frame.kind === 'object') {
      this.#walkObjects(top, frame);
      return;
    }
    const chunk = offsets.dataStackChunk === undefined ? 0 : pointerAt(this.#scratchView, offsets.dataStackChunk);
    const chunkTop = offsets.dataStackTop === undefined ? 0 : pointerAt(this.#scratchView, offsets.dataStackTop);
    if (offsets.cframeCurrent !== undefined && top !== 0) {
      if (!this.#read(top + offsets.cframeCurrent, 8)) return;
      top = pointerAt(this.#scratchView, 0);
    }
    this.#copyChunks(chunk, chunkTop);
    this.#walkFrames(top, frame);
  }

  #copyChunks(first: Address, firstTop: Address): void {
    this.#chunkCount = 0;
    let [address, end] = [first, firstTop];
    while (address !== 0 && this.#chunkCount < MAX_CHUNKS) {
      const size = end - address;
      if (!(size >= CHUNK_HEADER && size <= MAX_CHUNK_BYTES)) return;
      const slot = this.#chunk(this.#chunkCount, size);
      if (this.#memory.read(address, slot.bytes, 0, size) !== size) return;
      slot.start = address;
      slot.end = end;
      this.#chunkCount++;
      address = pointerAt(slot.view, 0);
      if (address === 0) return;
      // A chunk that is not the newest keeps its used size, in words behind the header, in its own third field.
      if (!this.#read(address, CHUNK_HEADER)) return;
      end = address + CHUNK_HEADER + pointerAt(this.#scratchView, 16) * 8;
    }
  }

  #chunk(index: number, size: number): Chunk {
    let slot = this.#chunks[index];
    if (slot === undefined || slot.bytes.length < size) {
      const bytes = new Uint8Array(Math.max(16_384, size));
      slot = { start: 0, end: 0, bytes, view: new DataView(bytes.buffer) };
      this.#chunks[index] = slot;
    }
    return slot;
  }

  #walkFrames(first: Address, layout: Extract<FrameLayout, { kind: 'interpreter' }>): void {
    const stack = this.#current;
    let frame = first;
    while (frame !== 0) {
      if (stack.count >= MAX_FRAMES) {
        stack.isTruncated = true;
        stack.isComplete = true;
        return;
      }
      let view: DataView<ArrayBufferLike> = this.#scratchView;
      let at = 0;
      let found = false;
      for (let index = 0; index < this.#chunkCount && !found; index++) {
        const chunk = this.#chunks[index] as Chunk;
        if (frame >= chunk.start && frame + layout.size <= chunk.end) {
          [view, at, found] = [chunk.view, frame - chunk.start, true];
        }
      }
      if (!found && !this.#read(frame, layout.size)) return;
      const owner = view.getUint8(at + layout.owner);
      if (owner > 4) return;
      const previous = pointerAt(view, at + layout.previous);
      if (!layout.shimOwners.includes(owner)) {
        const tagged = pointerAt(view, at + layout.code);
        const code = tagged - (tagged % (layout.tagMask + 1));
        if (!this.#codes.isCode(code)) return;
        const pointer = pointerAt(view, at + layout.instruction);
        const offset = this.#instructionOffset(pointer, code, layout.instructionIsLast);
        if (offset === undefined) return;
        stack.push(frame, code, offset, owner === OWNER_GENERATOR);
      }
      if (previous === frame) return;
      frame = previous;
    }
    stack.isComplete = !stack.endsInGenerator();
  }

  #instructionOffset(pointer: Address, code: Address, isLast: boolean): number | undefined {
    const offset = pointer - code - this.#layout.code.instructions;
    // A frame that has just been made stands one unit before its code.
    if (offset < 0) return isLast && offset >= -2 ? -1 : undefined;
    return offset < 2 ** 26 ? offset : undefined;
  }

  #walkObjects(first: Address, layout: Extract<FrameLayout, { kind: 'object' }>): void {
    const stack = this.#current;
    let frame = first;
    while (frame !== 0) {
      if (stack.count >= MAX_FRAMES) {
        stack.isTruncated = true;
        break;
      }
      if (!this.#read(frame, layout.size)) return;
      const view = this.#scratchView;
      const code = pointerAt(view, layout.code);
      const last = view.getInt32(layout.lastInstruction, true);
      const previous = pointerAt(view, layout.back);
      if (last < -1 || !this.#codes.isCode(code)) return;
      const isGenerator = ((this.#codes.known(code)?.flags ?? 0) & GENERATOR_FLAGS) !== 0;
      stack.push(frame, code, last < 0 ? -1 : last * layout.instructionUnit, isGenerator);
      if (previous === frame) return;
      frame = previous;
    }
    stack.isComplete = !stack.endsInGenerator();
  }
}
