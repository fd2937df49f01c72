// Labels: an immutable set of name/value pairs, sorted by name. An empty value means that the label is absent, so none is kept.
// `key` is the identity: two sets are equal exactly when their keys are.
import { compareStrings } from '../base/compare-strings.ts';

/** The label that holds a series' metric name. */
export const METRIC_NAME = '__name__';

const needsEscape = (text: string): boolean => text.includes('\0') || text.includes('\x01');
const escapeKey = (text: string): string => text.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x03');

/** What has labels. Where making all of them costs something, one of them may be had for less. */
export interface LabelSource {
  readonly labels: Labels;
  /** The value of the label `name`, or the empty text. */
  get(name: string): string;
}

/** Labels of a series. `flat` holds name, value, name, value, … in the order of the names. */
export class Labels implements LabelSource {
  static readonly empty: Labels = new Labels([]);

  readonly flat: readonly string[];
  #key: string | undefined;
  // What was taken away last, and what was left: queries take the same names from the same series again and again.
  #taken: ReadonlySet<string> | undefined;
  #left: Labels | undefined;

  private constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  /** Sorts, drops empty values; of a repeated name the last value stays. */
  static of(pairs: Iterable<readonly [string, string]>): Labels {
    const given = [...pairs];
    // Most come in order.
    const isSorted = given.every(
      ([name, value], i) => value !== '' && (i === 0 || compareStrings(given[i - 1]![0], name) < 0),
    );
    if (isSorted) return Labels.ofSorted(given.flat());
    const values = new Map(given);
    const names: string[] = [];
    for (const [name, value] of values) if (value !== '') names.push(name);
    names.sort(compareStrings);
    return new Labels(names.flatMap((name) => [name, values.get(name) ?? '']));
  }

  /** From an object of names and values. */
  static from(record: Readonly<Record<string, string>>): Labels {
    return Labels.of(Object.entries(record));
  }

  /** Takes pairs that are sorted by name, unique and without empty values; the array must not change afterwards. */
  static ofSorted(flat: readonly string[]): Labels {
    return flat.length === 0 ? Labels.empty : new Labels(flat);
  }

  /** Canonical text of all pairs; not for showing. */
  get key(): string {
    this.#key ??= this.flat.some(needsEscape) ? this.flat.map(escapeKey).join('\0') : this.flat.join('\0');
    return this.#key;
  }

  get labels(): Labels {
    return this;
  }

  get size(): number {
    return this.flat.length / 2;
  }

  /** The value of `name`; an absent label has the empty value. */
  get(name: string): string {
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1] ?? '';
    return '';
  }

  /** The metric name, or the empty text. */
  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  /** Without the labels called `names`; the set must not change afterwards. */
  without(names: ReadonlySet<string>): Labels {
    if (this.#taken !== names || this.#left === undefined) {
      this.#taken = names;
      this.#left = this.#filter((name) => !names.has(name));
    }
    return this.#left;
  }

  /** Only the labels called `names`. */
  only(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => names.has(name));
  }

  withoutMetricName(): Labels {
    return this.#filter((name) => name !== METRIC_NAME);
  }

  /** With `name` set to `value`; the empty value removes it. */
  with(name: string, value: string): Labels {
    if (this.get(name) === value) return this;
    return Labels.of([...this, [name, value]]);
  }

  #filter(keep: (name: string) => boolean): Labels {
    const kept: string[] = [];
    const { flat } = this;
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i] ?? '';
      if (keep(name)) kept.push(name, flat[i + 1] ?? '');
    }
    return kept.length === flat.length ? this : Labels.ofSorted(kept);
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] ?? '', this.flat[i + 1] ?? ''];
  }
}

/** The order of result series: pair by pair, name before value, a prefix first. */
export function compareLabels(left: Labels, right: Labels): number {
  const length = Math.min(left.flat.length, right.flat.length);
  for (let i = 0; i < length; i++) {
    const order = compareStrings(left.flat[i] ?? '', right.flat[i] ?? '');
    if (order !== 0) return order;
  }
  return left.flat.length - right.flat.length;
}
