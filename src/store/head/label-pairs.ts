// Label pairs by number: every name=value that some series has, once, as bytes outside of the JavaScript heap.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { giveBack, regrow } from '../../base/regrow.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Texts that are kept decoded. */
const MAX_TEXTS = 200_000;
export const NO_PAIR = -1;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function grow(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  return needed <= array.length ? array : regrow(array, Math.max(needed, array.length * 2));
}

export class LabelPairs {
  readonly names: string[] = [];
  /** For each name its pairs. */
  readonly pairsOfName: number[][] = [];
  readonly #nameIds = new Map<string, number>();
  readonly #nameBytes: Uint8Array[] = [];
  /** Values, one behind the other. */
  readonly #bytes = new ByteBuffer(64 * 1024);
  /** Where each value begins, with the end of the last behind them. */
  #starts = new Int32Array(1024);
  #nameOf = new Int32Array(1024);
  #slots = new Int32Array(2048);
  readonly #texts = new Map<number, string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes that all of it takes. */
  get bytes(): number {
    return this.#bytes.bytes.length + 4 * (this.#starts.length + this.#nameOf.length + this.#slots.length);
  }

  /** The number of a name that some series has, or −1. */
  findName(name: string): number {
    return this.#nameIds.get(name) ?? NO_PAIR;
  }

  nameId(name: string): number {
    let id = this.#nameIds.get(name);
    if (id === undefined) {
      id = this.names.push(name) - 1;
      this.pairsOfName.push([]);
      this.#nameBytes.push(encoder.encode(name));
      this.#nameIds.set(name, id);
    }
    return id;
  }

  /** Whether `bytes[start, end)` is the name with this number, which may be −1. */
  isName(nameId: number, bytes: Uint8Array, start: number, end: number): boolean {
    const name = this.#nameBytes[nameId];
    if (name === undefined || name.length !== end - start) return false;
    for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
    return true;
  }

  /** Whether `pair`, which may be −1, is this name with the value `bytes[start, end)`. */
  isPair(pair: number, nameId: number, bytes: Uint8Array, start: number, end: number): boolean {
    return pair !== NO_PAIR && this.#nameOf[pair] === nameId && this.#isValue(pair, bytes, start, end);
  }

  nameOf(pair: number): number {
    return this.#nameOf[pair] as number;
  }

  /** Bytes of the pair's value. */
  lengthOf(pair: number): number {
    return (this.#starts[pair + 1] as number) - (this.#starts[pair] as number);
  }

  textOf(pair: number): string {
    let text = this.#texts.get(pair);
    if (text === undefined) {
      if (this.#texts.size >= MAX_TEXTS) this.#texts.clear();
      text = decoder.decode(this.#bytes.bytes.subarray(this.#starts[pair], this.#starts[pair + 1]));
      this.#texts.set(pair, text);
    }
    return text;
  }

  /** The pair, or −1 when no series has it. */
  find(name: string, value: string): number {
    const nameId = this.findName(name);
    const bytes = encoder.encode(value);
    return nameId === NO_PAIR
      ? NO_PAIR
      : this.#find(nameId, bytes, 0, bytes.length, hash(nameId, bytes, 0, bytes.length));
  }

  /** The pair of the value `bytes[start, end)`, made when it is new. */
  enter(nameId: number, bytes: Uint8Array, start: number, end: number): number {
    const key = hash(nameId, bytes, start, end);
    const known = this.#find(nameId, bytes, start, end, key);
    if (known !== NO_PAIR) return known;
    const pair = this.#size++;
    this.#bytes.append(bytes.subarray(start, end));
    this.#starts = grow(this.#starts, pair + 2);
    this.#nameOf = grow(this.#nameOf, pair + 1);
    this.#starts[pair + 1] = this.#bytes.length;
    this.#nameOf[pair] = nameId;
    this.pairsOfName[nameId]!.push(pair);
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    else this.#place(pair, key);
    return pair;
  }

  #find(nameId: number, bytes: Uint8Array, start: number, end: number, key: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = key & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const pair = (slots[slot] as number) - 1;
      if (this.#nameOf[pair] === nameId && this.#isValue(pair, bytes, start, end)) return pair;
    }
    return NO_PAIR;
  }

  #isValue(pair: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[pair] as number;
    if ((this.#starts[pair + 1] as number) - at !== end - start) return false;
    const own = this.#bytes.bytes;
    for (let i = start; i < end; i++, at++) if (own[at] !== bytes[i]) return false;
    return true;
  }

  #place(pair: number, key: number): void {
    const mask = this.#slots.length - 1;
    let slot = key & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = pair + 1;
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    giveBack(before);
    const { bytes } = this.#bytes;
    for (let pair = 0; pair < this.#size; pair++)
      this.#place(pair, hash(this.nameOf(pair), bytes, this.#starts[pair] as number, this.#starts[pair + 1] as number));
  }
}

function hash(nameId: number, bytes: Uint8Array, start: number, end: number): number {
  let value = FNV_OFFSET ^ nameId;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), FNV_PRIME);
  return (value ^ (value >>> 15)) >>> 0;
}
