// Sides of calls that wait for their other one, by trace and span id, in two generations: when the younger is full or old, the older is
// forgotten. A side so waits for at least as long as a generation lasts, and memory is bounded.
import { giveBack, regrow } from '../../base/regrow.ts';

/** How long a side waits at least, unless so many come meanwhile. */
const WAIT_MS = 60_000;
const MAX_SIDES = 1 << 18;
const FIRST_SIDES = 256;

const KEYS = 4;
const NUMBERS = 6;
const AMOUNTS = 2;

/** One side of a call, with all that its edge is made of. */
export interface Side {
  minute: number;
  service: number;
  /** Name of the peer, and the kind of edge that the side is without its other one. */
  peer: number;
  edge: number;
  /** Bucket of its duration × 256 + retention class. */
  place: number;
  /** 1: it failed; 2: a client that was found by a server; 4: it is of a message. */
  flags: number;
  weight: number;
  duration: number;
}

export const FAILED = 1;
export const FOUND = 2;
export const MESSAGE = 4;

/** `role` 0: a client by its own span id; 1: servers by the span id of their parent. */
export type Role = 0 | 1;

class Generation {
  bornMs: number;
  size = 0;
  #keys = new Int32Array(FIRST_SIDES * KEYS);
  #numbers = new Int32Array(FIRST_SIDES * NUMBERS);
  #amounts = new Float64Array(FIRST_SIDES * AMOUNTS);
  // The side behind this one with the same key: index + 1, or 0.
  #next = new Uint32Array(FIRST_SIDES);
  // Open addressing: index + 1 of the last side of a key, or 0. A key whose sides were taken stays, with its last side marked.
  #slots = new Uint32Array(FIRST_SIDES * 2);
  #taken = new Uint8Array(FIRST_SIDES);

  constructor(bornMs: number) {
    this.bornMs = bornMs;
  }

  #slotOf(low: number, high: number, trace: number, role: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1) ^ role, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ trace, 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot]! - 1) * KEYS;
      const keys = this.#keys;
      if (keys[at] === low && keys[at + 1] === high && keys[at + 2] === trace && keys[at + 3] === role) break;
    }
    return slot;
  }

  /** The last side that came with this key, or −1. */
  find(low: number, high: number, trace: number, role: Role): number {
    if (this.size === 0) return -1;
    const side = this.#slots[this.#slotOf(low, high, trace, role)]! - 1;
    return side === -1 || this.#taken[side] === 1 ? -1 : side;
  }

  /** The side that came before `side` with the same key, or −1. */
  before(side: number): number {
    return this.#next[side]! - 1;
  }

  add(low: number, high: number, trace: number, role: Role, side: Side): void {
    if (this.size * 2 >= this.#slots.length) this.#grow();
    const index = this.size++;
    const slot = this.#slotOf(low, high, trace, role);
    const last = this.#slots[slot]! - 1;
    this.#next[index] = last === -1 || this.#taken[last] === 1 ? 0 : last + 1;
    this.#slots[slot] = index + 1;
    this.#keys[index * KEYS] = low;
    this.#keys[index * KEYS + 1] = high;
    this.#keys[index * KEYS + 2] = trace;
    this.#keys[index * KEYS + 3] = role;
    const at = index * NUMBERS;
    this.#numbers[at] = side.minute;
    this.#numbers[at + 1] = side.service;
    this.#numbers[at + 2] = side.peer;
    this.#numbers[at + 3] = side.edge;
    this.#numbers[at + 4] = side.place;
    this.#numbers[at + 5] = side.flags;
    this.#amounts[index * AMOUNTS] = side.weight;
    this.#amounts[index * AMOUNTS + 1] = side.duration;
  }

  /** Fills `into` with the side. */
  read(index: number, into: Side): void {
    const at = index * NUMBERS;
    into.minute = this.#numbers[at]!;
    into.service = this.#numbers[at + 1]!;
    into.peer = this.#numbers[at + 2]!;
    into.edge = this.#numbers[at + 3]!;
    into.place = this.#numbers[at + 4]!;
    into.flags = this.#numbers[at + 5]!;
    into.weight = this.#amounts[index * AMOUNTS]!;
    into.duration = this.#amounts[index * AMOUNTS + 1]!;
  }

  markFound(index: number): void {
    this.#numbers[index * NUMBERS + 5]! |= FOUND;
  }

  /** Forgets `last` and the sides before it. */
  take(last: number): void {
    this.#taken[last] = 1;
  }

  /** Forgets all sides, and keeps the memory for as many. */
  begin(nowMs: number): void {
    this.bornMs = nowMs;
    this.size = 0;
    this.#slots.fill(0);
    this.#taken.fill(0);
  }

  /** Gives the memory back; nothing may be asked afterwards. */
  end(): void {
    for (const array of [this.#keys, this.#numbers, this.#amounts, this.#next, this.#slots, this.#taken])
      giveBack(array);
  }

  #grow(): void {
    const sides = this.#next.length * 2;
    this.#keys = regrow(this.#keys, sides * KEYS);
    this.#numbers = regrow(this.#numbers, sides * NUMBERS);
    this.#amounts = regrow(this.#amounts, sides * AMOUNTS);
    this.#next = regrow(this.#next, sides);
    this.#taken = regrow(this.#taken, sides);
    this.#slots = regrow(this.#slots, sides * 2, 0);
    const keys = this.#keys;
    // In the order in which they came: the last of a key ends in its slot.
    for (let index = 0; index < this.size; index++) {
      const at = index * KEYS;
      this.#slots[this.#slotOf(keys[at]!, keys[at + 1]!, keys[at + 2]!, keys[at + 3]!)] = index + 1;
    }
  }
}

export class WaitingSides {
  #young: Generation;
  #old: Generation;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#young = new Generation(now());
    this.#old = new Generation(now());
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** To be called now and then: forgets what has waited long enough. */
  turn(): void {
    if (this.#now() - this.#young.bornMs < WAIT_MS) return;
    this.#old.end();
    this.#old = this.#young;
    this.#young = new Generation(this.#now());
  }

  /** The younger is full, and the next one will be: it takes the memory of the older. */
  #rotate(): void {
    const next = this.#old;
    this.#old = this.#young;
    this.#young = next;
    next.begin(this.#now());
  }

  forget(): void {
    this.#rotate();
    this.#rotate();
  }

  add(low: number, high: number, trace: number, role: Role, side: Side): void {
    if (this.#young.size >= MAX_SIDES) this.#rotate();
    this.#young.add(low, high, trace, role, side);
  }

  /** Reads the client with this span id; false when there is none. It is marked as found, which `into` does not yet say. */
  findClient(low: number, high: number, trace: number, into: Side): boolean {
    for (const generation of [this.#young, this.#old]) {
      const index = generation.find(low, high, trace, 0);
      if (index === -1) continue;
      generation.read(index, into);
      generation.markFound(index);
      return true;
    }
    return false;
  }

  /** Takes the servers that wait for the client with this span id. */
  takeServers(low: number, high: number, trace: number, into: Side, each: () => void): void {
    for (const generation of [this.#young, this.#old]) {
      const last = generation.find(low, high, trace, 1);
      for (let index = last; index !== -1; index = generation.before(index)) {
        generation.read(index, into);
        each();
      }
      if (last !== -1) generation.take(last);
    }
  }
}
