// The labels of many series as the columns of a block take them: the values' bytes one behind the other, and the names, which most
// series share, once.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { ownText } from '../../base/own-text.ts';
import type { DictionaryColumn } from '../../model/columns.ts';
import { appendText, type LabelPair } from '../../model/series-identity.ts';

const decoder = new TextDecoder();

/** Names of labels, with their places in the dictionary of one generation. */
class LabelNames {
  readonly names: readonly string[];
  readonly #indexes: Int32Array;
  #generation = -1;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#indexes = new Int32Array(names.length);
  }

  indexesIn(keys: DictionaryColumn): Int32Array {
    if (this.#generation !== keys.generation) {
      for (const [i, name] of this.names.entries()) this.#indexes[i] = keys.indexOf(name);
      this.#generation = keys.generation;
    }
    return this.#indexes;
  }
}

export class LabelArena {
  /** Values, each behind its length (LEB128). */
  readonly values = new ByteBuffer();
  /** Metrics by their numbers. */
  readonly metrics: string[] = [];
  readonly #metricNumbers = new Map<string, number>();
  readonly #names: LabelNames[] = [];
  readonly #namesNumbers = new Map<string, number>();
  #lastNames = 0;

  /** The number of a metric. */
  metric(name: string): number {
    let number = this.#metricNumbers.get(name);
    if (number === undefined) {
      // What comes is a slice of a whole answer.
      const own = ownText(name);
      number = this.metrics.push(own) - 1;
      this.#metricNumbers.set(own, number);
    }
    return number;
  }

  /** Takes the values of labels; where the first begins. */
  add(labels: readonly LabelPair[]): number {
    const start = this.values.length;
    for (const [, value] of labels) appendText(this.values, value);
    return start;
  }

  /** The number of the labels' names, in this order. */
  names(labels: readonly LabelPair[]): number {
    // Most series have the names of the one before.
    const last = this.#names[this.#lastNames]?.names;
    if (last?.length === labels.length && labels.every(([name], i) => name === last[i])) return this.#lastNames;
    const names = labels.map(([name]) => ownText(name));
    const key = JSON.stringify(names);
    let number = this.#namesNumbers.get(key);
    if (number === undefined) {
      number = this.#names.push(new LabelNames(names)) - 1;
      this.#namesNumbers.set(key, number);
    }
    this.#lastNames = number;
    return number;
  }

  /** Places of the names with this number in a dictionary. */
  indexesIn(keys: DictionaryColumn, names: number): Int32Array {
    return this.#names[names]!.indexesIn(keys);
  }

  /** Where the value behind `at` begins (its length already read), and where it ends. */
  span(at: number): readonly [start: number, end: number] {
    const { bytes } = this.values;
    let length = 0;
    let position = at;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[position++]!;
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) return [position, position + length];
    }
  }

  /** The labels with the names of this number whose first value stands at `at`. */
  read(names: number, at: number): LabelPair[] {
    let next = at;
    return this.#names[names]!.names.map((name) => {
      const [start, end] = this.span(next);
      next = end;
      return [name, decoder.decode(this.values.bytes.subarray(start, end))];
    });
  }
}
