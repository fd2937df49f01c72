// The frames that one walk over a stack found, innermost first, in columns that are reused by the next walk.
import type { Address } from '../memory/process-memory.ts';

const FIRST_CAPACITY = 128;

/** The arrays are longer than `count`. */
export class WalkedStack {
  count = 0;
  /** The chain reached its end. */
  isComplete = false;
  isTruncated = false;
  /** The innermost frame was seen to be executing when it was copied: it is not left over from a call that returned. */
  isExecuting = false;
  frames = new Float64Array(FIRST_CAPACITY);
  codes = new Float64Array(FIRST_CAPACITY);
  /** Byte offset of the instruction in its code; -1 when execution has not begun. */
  offsets = new Int32Array(FIRST_CAPACITY);
  /** 1 where the frame belongs to a generator or coroutine. */
  generators = new Uint8Array(FIRST_CAPACITY);

  clear(): void {
    this.count = 0;
    this.isComplete = false;
    this.isTruncated = false;
    this.isExecuting = false;
  }

  push(frame: Address, code: Address, offset: number, isGenerator: boolean): void {
    if (this.count === this.frames.length) this.#grow(this.count * 2);
    this.frames[this.count] = frame;
    this.codes[this.count] = code;
    this.offsets[this.count] = offset;
    this.generators[this.count++] = isGenerator ? 1 : 0;
  }

  copyFrom(other: WalkedStack): void {
    if (other.count > this.frames.length) this.#grow(other.frames.length);
    this.count = other.count;
    this.isComplete = other.isComplete;
    this.isTruncated = other.isTruncated;
    for (let index = 0; index < other.count; index++) {
      this.frames[index] = other.frames[index] as number;
      this.codes[index] = other.codes[index] as number;
      this.offsets[index] = other.offsets[index] as number;
      this.generators[index] = other.generators[index] as number;
    }
  }

  /** Keeps the `kept` frames nearest to the root. */
  cutTo(kept: number): void {
    const from = this.count - kept;
    for (const column of [this.frames, this.codes, this.offsets, this.generators]) {
      column.copyWithin(0, from, this.count);
    }
    this.count = kept;
  }

  #grow(capacity: number): void {
    const { frames, codes, offsets, generators } = this;
    this.frames = new Float64Array(capacity);
    this.codes = new Float64Array(capacity);
    this.offsets = new Int32Array(capacity);
    this.generators = new Uint8Array(capacity);
    this.frames.set(frames);
    this.codes.set(codes);
    this.offsets.set(offsets);
    this.generators.set(generators);
  }

  /** A generator at the root is one that is just being resumed or left: its caller is not linked at that moment. */
  endsInGenerator(): boolean {
    return this.count > 0 && this.generators[this.count - 1] === 1;
  }

  hasGenerator(): boolean {
    return this.generators.subarray(0, this.count).includes(1);
  }

  /** How many frames from the root on are the same in both, running the same code, each called from the same place. */
  sharedWith(other: WalkedStack): number {
    let [ours, theirs, shared] = [this.count - 1, other.count - 1, 0];
    while (ours >= 0 && theirs >= 0) {
      if (this.frames[ours] !== other.frames[theirs] || this.codes[ours] !== other.codes[theirs]) return shared;
      shared++;
      // The innermost frame of a stack is not in a call: it may be anywhere.
      if (ours > 0 && theirs > 0 && this.offsets[ours] !== other.offsets[theirs]) return shared;
      ours--;
      theirs--;
    }
    return shared;
  }
}
