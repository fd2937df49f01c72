// Labels while rules change them. The order in which they are walked is that of Prometheus' builder, because a rule that maps two
// labels to one name keeps the later one: the labels as they came, sorted, but for those that were set since; then these.
import { compareStrings } from '../../base/compare-strings.ts';

export class LabelBuilder {
  readonly #base: ReadonlyMap<string, string>;
  readonly #set = new Map<string, string>();
  readonly #removed = new Set<string>();

  /** Of labels as they came; an empty value is an absent label. */
  constructor(base: Iterable<readonly [name: string, value: string]> = []) {
    this.#base = new Map([...base].filter(([, value]) => value !== '').toSorted(([a], [b]) => compareStrings(a, b)));
  }

  /** The value; '' when there is none. */
  get(name: string): string {
    return this.#set.get(name) ?? (this.#removed.has(name) ? '' : (this.#base.get(name) ?? ''));
  }

  /** The empty value removes the label. */
  set(name: string, value: string): void {
    if (value === '') this.remove(name);
    else this.#set.set(name, value);
  }

  remove(name: string): void {
    this.#set.delete(name);
    this.#removed.add(name);
  }

  /** The labels of this moment. */
  entries(): [name: string, value: string][] {
    const kept = [...this.#base].filter(([name]) => !this.#set.has(name) && !this.#removed.has(name));
    return [...kept, ...this.#set];
  }
}
