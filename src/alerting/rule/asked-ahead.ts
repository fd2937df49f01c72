// The queries of a group's next rules are asked while the rules before them are still at work, unless they read what those write. So
// a group waits for where queries are run once for several rules, and its result is as if it had asked one by one.
import type { CompiledRule } from './compile-rule-file.ts';
import type { RuleQuery } from './evaluate-rule.ts';
import { metricsOf, metricsWritten } from './metrics-read.ts';

/** Rules whose answers are waited for at a time. */
const MAX_AHEAD = 8;

/** For each rule how many of the rules before it have to be done before it may be asked. */
export function findNeeded(rules: readonly CompiledRule[]): number[] {
  const writtenBy = new Map<string, number>();
  return rules.map((rule, place) => {
    const read = metricsOf(rule.query.expression);
    const needed = read.map((metric) => (metric === undefined ? place : (writtenBy.get(metric) ?? 0)));
    for (const metric of metricsWritten(rule)) writtenBy.set(metric, place + 1);
    return Math.max(0, ...needed);
  });
}

export class AskedAhead {
  readonly #rules: readonly CompiledRule[];
  readonly #needed: readonly number[];
  readonly #query: RuleQuery;
  readonly #answers = new Map<CompiledRule['query'], ReturnType<RuleQuery>>();
  #next = 0;

  constructor(rules: readonly CompiledRule[], needed: readonly number[], query: RuleQuery) {
    this.#rules = rules;
    this.#needed = needed;
    this.#query = query;
  }

  /** What the first `done` rules gave is stored: asks those behind them that may be asked, at `timeMs`. */
  askBehind(done: number, timeMs: number): void {
    this.#next = Math.max(this.#next, done);
    const end = Math.min(this.#rules.length, done + MAX_AHEAD);
    for (; this.#next < end && this.#needed[this.#next]! <= done; this.#next++) {
      const { query } = this.#rules[this.#next]!;
      const answer = this.#query(query, timeMs);
      // Whoever takes the answer sees the failure.
      answer.catch(() => undefined);
      this.#answers.set(query, answer);
    }
  }

  /** Gives the answer to what was asked ahead, and asks everything else. */
  readonly query: RuleQuery = (query, timeMs) => {
    const answer = this.#answers.get(query);
    this.#answers.delete(query);
    return answer ?? this.#query(query, timeMs);
  };
}
