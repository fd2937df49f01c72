// Reads one thread's Python stack from a process that keeps running. The stack may change between two reads, so:
//   1. the thread state is read, then the used part of its data stack in one copy per chunk (3.11+), or the places where
//      its frame objects lay at the last walk, in one copy per neighbourhood (up to 3.10);
//   2. frames are followed inside the copies; those of generators lie elsewhere and are read one by one;
//   3. a call is sure when the code of the caller names what it calls, or when it stood there at the last look too. All
//      of it is done again until every call is sure, or until several walks in a row were equal. When that never comes,
//      the longest part from the root that was sure is given, marked uncertain.
import type { CPythonLayout, FrameLayout } from '../cpython/layout.ts';
import { pointerAt } from '../memory/memory-reader.ts';
import type { Address, ProcessMemory } from '../memory/process-memory.ts';
import { CallNames } from './call-names.ts';
import type { CodeTable } from './code-table.ts';
import { CopiedRegions } from './copied-regions.ts';
import { WalkedStack } from './walked-stack.ts';

/** Deeper stacks are cut at the root's end; Python's own limit is 1000 unless raised. */
export const MAX_FRAMES = 20_000;
const MAX_CHUNKS = 64;
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const MAX_ATTEMPTS = 12;
/** Equal walks in a row that make a call sure which the caller's code does not name; the lower number when the innermost
 * frame was seen executing in the last of them, so that it cannot be left over from a call that has returned. A stack with
 * generators or of frame objects needs the higher one: they are not read in one piece, and a new one often lies where an
 * old one lay. */
const EQUAL_WALKS = 5;
const EQUAL_EXECUTING_WALKS = 3;
/** Attempts must not keep step with a program that changes its stack periodically. */
const LONGEST_PAUSE_MS = 0.002;
const GENERATOR_FLAGS = 0x20 | 0x80 | 0x200;
const CHUNK_HEADER = 24;
const OWNER_GENERATOR = 1;
/** Frame objects that are this close to each other are copied together. */
const NEIGHBOUR_BYTES = 16_384;
const MAX_NEIGHBOURHOODS = 16;
const MAX_COPIED_BYTES = 512 * 1024;
/** Stacks begin with one of these in the main thread and in threads of `threading`. */
const ROOT_NAMES: ReadonlySet<string> = new Set(['<module>', '_bootstrap']);

/** How a look at a stack ended. `stack` is valid until the walker's next look. */
export interface StackLook {
  readonly stack: WalkedStack;
  readonly isUncertain: boolean;
  /** Frames from the root on that were on the last sure stack too, see `WalkedStack.sharedWith`. */
  readonly known: number;
}

/** What is kept of a thread between looks, so that the next one is cheaper and surer. */
export class StackMemory {
  /** The last stack that was sure. */
  readonly last = new WalkedStack();
  /** Where its frame objects lie: pairs of start and size. */
  readonly neighbourhoods: number[] = [];

  /** Makes it fit for another thread. */
  forget(): this {
    this.last.clear();
    this.neighbourhoods.length = 0;
    return this;
  }
}

/** Walks stacks of one process. Not for use from several places at once. */
export class StackWalker {
  readonly #memory: ProcessMemory;
  readonly #layout: CPythonLayout;
  readonly #codes: CodeTable;
  readonly #calls: CallNames;
  readonly #copies: CopiedRegions;
  readonly #scratch = new Uint8Array(512);
  readonly #scratchView = new DataView(this.#scratch.buffer);
  /** When not 0, a thread state that does not belong to this interpreter is not walked. */
  interpreter: Address = 0;
  #current = new WalkedStack();
  #previous = new WalkedStack();
  /** The longest part that was sure in any attempt. */
  readonly #best = new WalkedStack();
  /** Frames of the last walk that lay outside of the copies. */
  #strays = 0;

  constructor(memory: ProcessMemory, layout: CPythonLayout, codes: CodeTable) {
    this.#memory = memory;
    this.#layout = layout;
    this.#codes = codes;
    this.#calls = new CallNames(codes);
    this.#copies = new CopiedRegions(memory);
  }

  /** Looks at the stack of the thread state at `thread`. `isStill`: it cannot move (paused, a core), one walk is enough. */
  look(thread: Address, isStill = false, memory: StackMemory): StackLook {
    this.#walk(thread, memory);
    if (this.#current.isComplete) {
      const known = this.#current.sharedWith(memory.last);
      if (isStill || this.#countSure(known) === this.#current.count) return this.#accept(memory, known);
    } else if (isStill) return { stack: this.#current, isUncertain: true, known: 0 };
    let equal = 1;
    this.#best.clear();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      [this.#current, this.#previous] = [this.#previous, this.#current];
      if (attempt > 1) pauseBriefly();
      this.#walk(thread, memory);
      if (!this.#current.isComplete) continue;
      const { count } = this.#current;
      const shared = this.#previous.isComplete ? this.#current.sharedWith(this.#previous) : 0;
      equal = shared === count && shared === this.#previous.count ? equal + 1 : 1;
      const known = this.#current.sharedWith(memory.last);
      const isOnePiece =
        this.#current.isExecuting && !this.#current.hasGenerator() && this.#layout.frame.kind === 'interpreter';
      const needed = isOnePiece ? EQUAL_EXECUTING_WALKS : EQUAL_WALKS;
      const sure = equal >= needed ? count : this.#countSure(known);
      if (sure === count) return this.#accept(memory, known);
      if (sure <= this.#best.count) continue;
      this.#best.copyFrom(this.#current);
      this.#best.cutTo(sure);
    }
    if (this.#best.count > 0) return { stack: this.#best, isUncertain: true, known: 0 };
    // Not even its root was sure.
    this.#current.isComplete = false;
    return { stack: this.#current, isUncertain: true, known: 0 };
  }

  #accept(memory: StackMemory, known: number): StackLook {
    memory.last.copyFrom(this.#current);
    return { stack: this.#current, isUncertain: false, known };
  }

  // Frames from the root on up to the first call that may have been put together of two moments: one that the caller's
  // code does not name, and that did not stand there at the last look either.
  #countSure(known: number): number {
    const { count, codes } = this.#current;
    let caller = this.#codes.known(codes[count - 1] as number);
    if (caller === undefined || (known === 0 && !ROOT_NAMES.has(caller.name))) return 0;
    for (let sure = 1; sure < count; sure++) {
      const callee = this.#codes.known(codes[count - 1 - sure] as number);
      if (callee === undefined) return sure;
      if (sure >= known && !this.#calls.names(caller, callee)) return sure;
      caller = callee;
    }
    return count;
  }

  #read(address: Address, length: number): boolean {
    return this.#memory.read(address, this.#scratch, 0, length) === length;
  }

  #walk(thread: Address, memory: StackMemory): void {
    const stack = this.#current;
    stack.clear();
    this.#copies.clear();
    this.#strays = 0;
    const { thread: offsets, frame } = this.#layout;
    if (!this.#read(thread, Math.min(offsets.size, this.#scratch.length))) return;
    // A thread state that was freed meanwhile.
    if (this.interpreter !== 0 && pointerAt(this.#scratchView, offsets.interpreter) !== this.interpreter) return;
    let top = pointerAt(this.#scratchView, offsets.frame);
    if (frame.kind === 'object') {
      this.#copyNeighbourhoods(memory);
      this.#walkObjects(top, frame);
      if (this.#strays > MAX_NEIGHBOURHOODS) this.#findNeighbourhoods(memory, frame.size);
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
    let [address, end] = [first, firstTop];
    while (address !== 0 && this.#copies.count < MAX_CHUNKS) {
      const size = end - address;
      if (!(size >= CHUNK_HEADER && size <= MAX_CHUNK_BYTES)) return;
      const copy = this.#copies.add(address, size);
      if (copy === undefined) return;
      address = pointerAt(copy, 0);
      if (address === 0) return;
      // A chunk that is not the newest keeps its used size, in words behind the header, in its own third field.
      if (!this.#read(address, CHUNK_HEADER)) return;
      end = address + CHUNK_HEADER + pointerAt(this.#scratchView, 16) * 8;
    }
  }

  // Frame objects come from the allocator's pools, many of them side by side.
  #copyNeighbourhoods({ neighbourhoods }: StackMemory): void {
    for (let index = 0; index < neighbourhoods.length; index += 2) {
      this.#copies.add(neighbourhoods[index] as number, neighbourhoods[index + 1] as number);
    }
  }

  #findNeighbourhoods({ neighbourhoods }: StackMemory, frameSize: number): void {
    const { frames, count } = this.#current;
    const sorted = frames.slice(0, count).sort();
    neighbourhoods.length = 0;
    let copied = 0;
    for (let first = 0; first < count;) {
      const start = sorted[first] as number;
      let last = first;
      while (last + 1 < count && (sorted[last + 1] as number) - (sorted[last] as number) <= NEIGHBOUR_BYTES) last++;
      const size = (sorted[last] as number) + frameSize - start;
      copied += size;
      if (copied > MAX_COPIED_BYTES || neighbourhoods.length === 2 * MAX_NEIGHBOURHOODS) return;
      if (last > first) neighbourhoods.push(start, size);
      first = last + 1;
    }
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
      const copy = this.#copies.find(frame, layout.size);
      if (copy === undefined && !this.#read(frame, layout.size)) return;
      const view = copy ?? this.#scratchView;
      const at = copy === undefined ? 0 : this.#copies.at;
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
        if (stack.count === 0) {
          stack.isExecuting = layout.stackTopIsPointer
            ? pointerAt(view, at + layout.stackTop) === 0
            : view.getInt32(at + layout.stackTop, true) === -1;
        }
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
      const copy = this.#copies.find(frame, layout.size);
      if (copy === undefined) {
        if (!this.#read(frame, layout.size)) return;
        this.#strays++;
      }
      const view = copy ?? this.#scratchView;
      const at = copy === undefined ? 0 : this.#copies.at;
      const code = pointerAt(view, at + layout.code);
      const last = view.getInt32(at + layout.lastInstruction, true);
      const previous = pointerAt(view, at + layout.back);
      if (last < -1 || !this.#codes.isCode(code)) return;
      const isGenerator = ((this.#codes.known(code)?.flags ?? 0) & GENERATOR_FLAGS) !== 0;
      if (stack.count === 0) stack.isExecuting = view.getInt8(at + layout.activity) === layout.isActive;
      stack.push(frame, code, last < 0 ? -1 : last * layout.instructionUnit, isGenerator);
      if (previous === frame) return;
      frame = previous;
    }
    stack.isComplete = !stack.endsInGenerator();
  }
}

function pauseBriefly(): void {
  const until = performance.now() + Math.random() * LONGEST_PAUSE_MS;
  while (performance.now() < until);
}
