// The series index as the front asks it.
import { Labels } from '../model/labels.ts';
import type { Matcher } from '../query/promql/matcher.ts';
import type { Cardinality } from './head/cardinality.ts';
import type { LookUp, LookUpAnswer, PackedLabels } from './head/look-up-series.ts';

type MatcherSets = readonly (readonly Matcher[])[];

/** Makes the calls; they reject with STORE_UNAVAILABLE. */
export interface IndexCalls {
  lookUp(question: LookUp, signal: AbortSignal): Promise<LookUpAnswer>;
  cardinality(rows: number, signal: AbortSignal): Promise<Cardinality | undefined>;
}

/**
 * What the store knows of series without reading tables, acknowledged ones among them. Series are those that fit one of the sets (no
 * sets: all) and have samples on a day (UTC) of the range, times in Unix ms, both included. `undefined`: the index does not know all days
 * of the range, or is being filled; the tables know.
 */
export class StoreIndexReader {
  readonly #calls: IndexCalls;

  constructor(calls: IndexCalls) {
    this.#calls = calls;
  }

  /** At most `limit`, in no order. */
  async series(
    sets: MatcherSets,
    fromMs: number,
    toMs: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<Labels[] | undefined> {
    const answer = await this.#calls.lookUp(
      { sets: toPlain(sets), fromMs, toMs, what: { kind: 'series', limit } },
      signal,
    );
    return answer.kind === 'series' ? unpackLabels(answer.series) : undefined;
  }

  /** Label names (`label` undefined), or the values of a label, in no order. */
  async labelValues(
    label: string | undefined,
    sets: MatcherSets,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const what = label === undefined ? ({ kind: 'names' } as const) : ({ kind: 'values', label } as const);
    const answer = await this.#calls.lookUp({ sets: toPlain(sets), fromMs, toMs, what }, signal);
    return answer.kind === 'texts' ? answer.texts : undefined;
  }

  /** Lists of at most `rows`. */
  cardinality(rows: number, signal: AbortSignal): Promise<Cardinality | undefined> {
    return this.#calls.cardinality(rows, signal);
  }
}

const toPlain = (sets: MatcherSets): LookUp['sets'] =>
  sets.map((matchers) => matchers.map(({ name, operator, value }) => ({ name, operator, value })));

function unpackLabels({ texts, pairs, ends }: PackedLabels): Labels[] {
  const known = Array.from(
    { length: texts.length / 2 },
    (_, place) => [texts[place * 2]!, texts[place * 2 + 1]!] as const,
  );
  return Array.from(ends, (end, row) =>
    Labels.of(Array.from(pairs.subarray(row === 0 ? 0 : ends[row - 1], end), (place) => known[place]!)),
  );
}
