// Retention classes of metrics: how long samples are kept is the class of their metric, by rules on its name. A class means the same span
// for ever, because it stands in partitions that outlive the rules.
import { RE2JS } from 're2js';

const DAY_SECONDS = 86_400;
/** Seconds that samples of the classes 1, 2, … are kept; class 0 is what follows no rule. Append only: rows carry the numbers. */
export const classSpans: readonly number[] = [1, 2, 7, 14, 30, 90, 180, 365, 1095].map((days) => days * DAY_SECONDS);

const MAX_REMEMBERED = 100_000;

/** A regex (RE2) for whole names, and a class. */
export type ClassRule = readonly [match: string, retention: number];

/** Gives each metric the class of the first rule that matches its name. */
export class MetricClasses {
  readonly rules: readonly ClassRule[];
  readonly #patterns: readonly RE2JS[];
  readonly #known = new Map<string, number>();

  constructor(rules: readonly ClassRule[]) {
    this.rules = rules;
    this.#patterns = rules.map(([match]) => RE2JS.compile(match));
  }

  of(metric: string): number {
    let retention = this.#known.get(metric);
    if (retention === undefined) {
      const at = this.#patterns.findIndex((pattern) => pattern.matches(metric));
      retention = at === -1 ? 0 : this.rules[at]![1];
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(metric, retention);
    }
    return retention;
  }
}

/** What is too old by class, in ms: `oldest` for class 0, the class' span before `received` for the others. */
export function classCutoffs(oldest: number, received: number): readonly number[] {
  return [oldest, ...classSpans.map((span) => received - span * 1000)];
}
