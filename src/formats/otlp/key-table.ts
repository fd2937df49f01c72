// The attribute keys that have been seen, each known by a small number: what the key means to us, and its index in the dictionaries
// of the block that is being filled. The key at position i of a row is most likely the one that position i had in the row before,
// so a caller offers that one, and one comparison of bytes usually settles it.
import type { ByteBuffer } from '../../base/byte-buffer.ts';
import type { AttributeColumns } from '../../model/attribute-columns.ts';
import { DictionaryColumn, matchesWords, WORD } from '../../model/columns.ts';
import { findRenamedAttribute, renamedAttributes } from '../../model/semantic-conventions.ts';
import { writeJsonString } from './json-writer.ts';

/** What a key means; most are plain. */
export const KeyRole = {
  plain: 0,
  current: 1,
  renamed: 2,
  requestTarget: 3,
  exceptionType: 4,
  exceptionMessage: 5,
  exceptionStack: 6,
} as const;

const exceptionRoles: ReadonlyMap<string, number> = new Map([
  ['exception.type', KeyRole.exceptionType],
  ['exception.message', KeyRole.exceptionMessage],
  ['exception.stacktrace', KeyRole.exceptionStack],
]);
const currentNames: ReadonlySet<string> = new Set(
  renamedAttributes.flatMap(({ name, onServer, query }) => [name, onServer ?? name, query ?? name]),
);
/** A table that grew beyond this is emptied before the next request. */
const MAX_KEYS = 16_384;

/** Keys whose values stand in columns of their own are taken out of the maps only where the rows have such columns. */
export class KeyTable {
  readonly #withException: boolean;
  #names = new DictionaryColumn();
  #roles: Uint8Array = new Uint8Array(256);
  // Per map, the key's index in that map's dictionary; per key, the key that its new name has, in general and on server spans.
  #indexes: readonly Int32Array[] = [0, 1, 2, 3].map(() => new Int32Array(256));
  #targets: Int32Array = new Int32Array(256);
  #serverTargets: Int32Array = new Int32Array(256);
  // Where the key's bytes begin in #names, and how many there are.
  #starts: Int32Array = new Int32Array(256);
  #sizes: Int32Array = new Int32Array(256).fill(-1);
  #generation = -1;

  constructor(withException: boolean) {
    this.#withException = withException;
  }

  /** Called before each request: forgets the indexes if the block was emptied meanwhile. */
  prepare(columns: AttributeColumns): void {
    if (this.#names.keys.rows > MAX_KEYS) {
      this.#names.clear();
      this.#sizes.fill(-1);
    }
    const generation =
      columns.strings.keys.generation +
      columns.ints.keys.generation +
      columns.floats.keys.generation +
      columns.bools.keys.generation;
    if (generation === this.#generation) return;
    this.#generation = generation;
    for (const indexes of this.#indexes) indexes.fill(-1);
  }

  /** Whether `key` has the `size` bytes of `view` from `start`; says no of keys that are shorter than a word. */
  matches(key: number, view: DataView, start: number, size: number): boolean {
    if (key >= this.#sizes.length || this.#sizes[key] !== size || size < WORD) return false;
    return matchesWords(this.#names.keys.data.view, this.#starts[key]!, view, start, size);
  }

  /** The number of the key `source[start, end)`. */
  find(source: Uint8Array, start: number, end: number): number {
    const known = this.#names.keys.rows;
    const key = this.#names.indexOfBytes(source, start, end);
    if (this.#names.keys.rows > known) this.#enter(key);
    return key;
  }

  findName(name: string): number {
    const known = this.#names.keys.rows;
    const key = this.#names.indexOf(name);
    if (this.#names.keys.rows > known) this.#enter(key);
    return key;
  }

  #enter(key: number): void {
    if (key >= this.#roles.length) this.#grow(key * 2);
    for (const indexes of this.#indexes) indexes[key] = -1;
    this.#starts[key] = this.#names.keys.startOf(key);
    this.#sizes[key] = this.#names.keys.endOf(key) - this.#starts[key]!;
    const name = this.#names.keys.get(key);
    const renamed = findRenamedAttribute(name);
    this.#roles[key] = this.#roleOfName(name);
    if (renamed === undefined) return;
    const target = this.findName(renamed.name);
    const serverTarget = this.findName(renamed.query ?? renamed.onServer ?? renamed.name);
    this.#targets[key] = target;
    this.#serverTargets[key] = serverTarget;
  }

  #grow(size: number): void {
    const grown = <T extends Uint8Array | Int32Array>(to: T, from: T): T => (to.set(from), to);
    this.#roles = grown(new Uint8Array(size), this.#roles);
    this.#indexes = this.#indexes.map((indexes) => grown(new Int32Array(size).fill(-1), indexes));
    this.#targets = grown(new Int32Array(size), this.#targets);
    this.#serverTargets = grown(new Int32Array(size), this.#serverTargets);
    this.#starts = grown(new Int32Array(size), this.#starts);
    this.#sizes = grown(new Int32Array(size).fill(-1), this.#sizes);
  }

  #roleOfName(name: string): number {
    const exception = this.#withException ? exceptionRoles.get(name) : undefined;
    if (exception !== undefined) return exception;
    const renamed = findRenamedAttribute(name);
    if (renamed !== undefined) return renamed.query === undefined ? KeyRole.renamed : KeyRole.requestTarget;
    return currentNames.has(name) ? KeyRole.current : KeyRole.plain;
  }

  roleOf(key: number): number {
    return this.#roles[key]!;
  }

  /** The key of the new name of a renamed key. */
  targetOf(key: number, onServer: boolean): number {
    return onServer ? this.#serverTargets[key]! : this.#targets[key]!;
  }

  /** The key that takes the query part of a request target. */
  queryTargetOf(key: number): number {
    return this.#serverTargets[key]!;
  }

  /** Appends the key's name as a JSON string. */
  writeName(key: number, out: ByteBuffer): void {
    writeJsonString(out, this.#names.keys.data.bytes, this.#names.keys.startOf(key), this.#names.keys.endOf(key));
  }

  /** Index of the key in the dictionary of map `map` (0 strings, 1 ints, 2 floats, 3 bools). */
  indexIn(map: number, dictionary: DictionaryColumn, key: number): number {
    const indexes = this.#indexes[map]!;
    const known = indexes[key]!;
    if (known !== -1) return known;
    const { bytes } = this.#names.keys.data;
    const index = dictionary.indexOfBytes(bytes, this.#names.keys.startOf(key), this.#names.keys.endOf(key));
    indexes[key] = index;
    return index;
  }
}
