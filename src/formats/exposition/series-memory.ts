// Gives each series text a small number and foresees the next one: after a series most likely comes the one that came
// after it last time, so that a body like the one before costs one comparison a line and no decoding.
// The texts lie one behind the other in a buffer: a million of them live as long as their targets.
import { giveBack, regrow } from '../../base/regrow.ts';
import { ownText } from '../../base/own-text.ts';

const FIRST_TEXTS = 16;
const FIRST_BYTES = 1024;
const GROWTH = 1.5;
const NONE = -1;
const encoder = new TextEncoder();

type Numbers = Int32Array<ArrayBuffer>;

function grown(array: Numbers, length: number): Numbers {
  const before = array.length;
  return regrow(array, length).fill(NONE, before);
}

/** The first `length` of an array, in memory of their own size. */
function fitted<T extends Numbers | Uint8Array<ArrayBuffer>>(array: T, length: number): T {
  const own = array.slice(0, length) as T;
  giveBack(array);
  return own;
}

/**
 * What one target's expositions have in common. Keep one a target and pass it to every parse of its bodies.
 * It only grows: replace it by a new one when `size` is far above the number of series in the last body.
 */
export class SeriesMemory {
  #size = 0;
  /** UTF-8. */
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each text begins; behind the last one, where it ends. */
  #starts: Numbers = new Int32Array(FIRST_TEXTS);
  /** Those whose characters are not bytes. */
  readonly #wide = new Map<number, string>();
  /** Open addressing: number + 1, or 0. */
  #slots: Numbers = new Int32Array(2 * FIRST_TEXTS);
  #next: Numbers = new Int32Array(FIRST_TEXTS).fill(NONE);
  #last = NONE;
  #first = NONE;

  /** How many different series texts were seen. */
  get size(): number {
    return this.#size;
  }

  /** The texts one behind the other, UTF-8; void when one is added. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the text with each number begins in `bytes`, and where the last one ends; void when one is added. */
  get starts(): Int32Array {
    return this.#starts;
  }

  /** Gives back what is reserved for more texts: none will come for long. */
  fit(): void {
    this.#bytes = fitted(this.#bytes, this.#starts[this.#size]!);
    this.#starts = fitted(this.#starts, this.#size + 1);
    this.#next = fitted(this.#next, this.#size + 1);
  }

  /** Begins a body. */
  start(): void {
    this.#last = NONE;
  }

  get #expectedId(): number {
    return this.#last === NONE ? this.#first : (this.#next[this.#last] as number);
  }

  /** How long the series is that most likely stands next in the body, if it stands in `text` at `at`; 0 if not. */
  expectedAt(text: string, at: number): number {
    const id = this.#expectedId;
    return id !== NONE && this.#stands(id, text, at) ? this.#lengthOf(id) : 0;
  }

  #lengthOf(id: number): number {
    return this.#wideOf(id)?.length ?? (this.#starts[id + 1] as number) - (this.#starts[id] as number);
  }

  #wideOf(id: number): string | undefined {
    return this.#wide.size > 0 ? this.#wide.get(id) : undefined;
  }

  #stands(id: number, text: string, at: number): boolean {
    const wide = this.#wideOf(id);
    if (wide !== undefined) return text.startsWith(wide, at);
    const bytes = this.#bytes;
    const start = this.#starts[id] as number;
    const end = this.#starts[id + 1] as number;
    if (at + end - start > text.length) return false;
    // Most texts differ near their end, if at all.
    for (let from = end - 1, to = at + end - start - 1; from >= start; from--, to--)
      if (text.charCodeAt(to) !== bytes[from]) return false;
    return true;
  }

  /** The foreseen series did come; returns its number. */
  takeExpected(): number {
    this.#last = this.#expectedId;
    return this.#last;
  }

  /** The number of `text`, or -1 when it is new. */
  find(text: string): number {
    const id = (this.#slots[this.#slotOf(text)] as number) - 1;
    if (id !== NONE) this.#follow(id);
    return id;
  }

  #slotOf(text: string): number {
    const mask = this.#slots.length - 1;
    let slot = hash(text) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] as number) - 1;
      if (this.#lengthOf(id) === text.length && this.#stands(id, text, 0)) break;
    }
    return slot;
  }

  /** Gives the new `text` its number. */
  add(text: string): number {
    const id = this.#size++;
    if (id + 1 === this.#starts.length) {
      const length = Math.ceil((id + 1) * GROWTH);
      this.#starts = grown(this.#starts, length);
      this.#next = grown(this.#next, length);
    }
    this.#write(id, text);
    this.#slots[this.#slotOf(text)] = id + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    this.#follow(id);
    return id;
  }

  #write(id: number, text: string): void {
    const start = this.#starts[id] as number;
    const wide = hasWide(text) ? encoder.encode(text) : undefined;
    const end = start + (wide ?? text).length;
    if (end > this.#bytes.length) this.#bytes = regrow(this.#bytes, Math.ceil(end * GROWTH), start);
    if (wide === undefined) for (let i = 0; i < text.length; i++) this.#bytes[start + i] = text.charCodeAt(i);
    else {
      this.#bytes.set(wide, start);
      this.#wide.set(id, ownText(text));
    }
    this.#starts[id + 1] = end;
  }

  /** The same hash as that of the text. */
  #hashOf(id: number): number {
    const wide = this.#wideOf(id);
    if (wide !== undefined) return hash(wide);
    const bytes = this.#bytes;
    const end = this.#starts[id + 1] as number;
    let mixed = SEED ^ this.#lengthOf(id);
    for (let at = this.#starts[id] as number; at < end; at++) mixed = mix(mixed, bytes[at] as number);
    return mixed;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#hashOf(id) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    giveBack(this.#slots);
    this.#slots = slots;
  }

  #follow(id: number): void {
    if (this.#last === NONE) this.#first = id;
    else this.#next[this.#last] = id;
    this.#last = id;
  }
}

// Differs from run to run, so that nobody can prepare texts whose hashes collide.
const SEED = Math.floor(Math.random() * 0x7fff_ffff);

function hash(text: string): number {
  let mixed = SEED ^ text.length;
  for (let i = 0; i < text.length; i++) mixed = mix(mixed, text.charCodeAt(i));
  return mixed;
}

function mix(hashed: number, code: number): number {
  const mixed = Math.imul(hashed ^ code, 0x0100_0193);
  return mixed ^ (mixed >>> 15);
}

function hasWide(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return true;
  return false;
}
