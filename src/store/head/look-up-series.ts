// The call `lookUp`: which series, label names and label values there are, from the index alone.
import { Matcher, type MatchOperator } from '../../query/promql/matcher.ts';
import { breathe, ROWS_A_BREATH } from './breathe.ts';
import type { HotHead } from './hot-head.ts';
import { hasSeries, type SeriesBits } from './series-days.ts';
import type { SeriesIndex } from './series-index.ts';

const DAY_MS = 86_400_000;

export interface PlainMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** What is asked of the series that fit one of the sets (no sets: all) and have samples on a day of the range. */
export interface LookUp {
  readonly sets: readonly (readonly PlainMatcher[])[];
  /** Unix ms; the days that they lie on are the range, both included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly what:
    | { readonly kind: 'series'; readonly limit: number }
    | { readonly kind: 'names' }
    | { readonly kind: 'values'; readonly label: string };
}

/** Label sets; what many have in common stands once. */
export interface PackedLabels {
  /** Name, value, name, value … of the pairs that occur. */
  readonly texts: readonly string[];
  /** Positions of pairs, of all series. */
  readonly pairs: Uint32Array;
  /** For each series where its pairs end in `pairs`. */
  readonly ends: Uint32Array;
}

/** Texts come in no order. */
export type LookUpAnswer =
  | { readonly kind: 'series'; readonly series: PackedLabels }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** The index does not know all days of the range: the tables do. */
  | { readonly kind: 'unknown' };

/** Answers what the tables would answer once everything acknowledged is in them. */
export async function lookUpSeries(head: HotHead, { sets, fromMs, toMs, what }: LookUp): Promise<LookUpAnswer> {
  if (!head.knowsDaysFrom(fromMs)) return { kind: 'unknown' };
  const { index } = head;
  const days = index.days.between(Math.floor(fromMs / DAY_MS), Math.floor(toMs / DAY_MS));
  const isFound = (series: number): boolean => days === undefined || hasSeries(days, series);
  if (what.kind === 'series') {
    const found = selectAny(index, sets).filter(isFound).slice(0, what.limit);
    return { kind: 'series', series: await packLabels(index, found) };
  }
  const nameId = what.kind === 'values' ? index.pairs.findName(what.label) : undefined;
  const pairs =
    sets.length === 0
      ? await pairsOfDays(index, nameId, days)
      : await pairsOfSeries(index, nameId, selectAny(index, sets).filter(isFound));
  return { kind: 'texts', texts: await (what.kind === 'names' ? namesOf(index, pairs) : valuesOf(index, pairs)) };
}

/** Series that fit one of the sets, each once. */
function selectAny(index: SeriesIndex, sets: LookUp['sets']): Int32Array {
  const lists = (sets.length === 0 ? [[]] : sets).map((matchers) => index.select(matchers.map(remake)));
  if (lists.length === 1) return lists[0]!;
  const seen = new Uint8Array(index.size);
  for (const list of lists) for (const series of list) seen[series] = 1;
  return Int32Array.from({ length: seen.length }, (_, series) => series).filter((series) => seen[series] === 1);
}

function remake({ name, operator, value }: PlainMatcher): Matcher {
  const made = Matcher.make(name, operator, value);
  // Who asks has parsed it.
  if (!made.ok) throw new Error(`${name}${operator}${JSON.stringify(value)}: ${made.error}`);
  return made.value;
}

/** Pairs of the name (undefined: of all names) that some series of the days has. */
async function pairsOfDays(
  index: SeriesIndex,
  nameId: number | undefined,
  days: SeriesBits | undefined,
): Promise<number[]> {
  const found: number[] = [];
  const lists = nameId === undefined ? index.pairs.pairsOfName : [index.pairs.pairsOfName[nameId] ?? []];
  let rows = 0;
  for (const pairs of lists.slice())
    for (const pair of pairs) {
      if (days === undefined || index.seriesOf(pair).some((series) => hasSeries(days, series))) {
        found.push(pair);
        // One says that the name occurs.
        if (nameId === undefined) break;
      }
      if (++rows % ROWS_A_BREATH === 0) await breathe();
    }
  return found;
}

/** Pairs of the name (undefined: of all names) that one of the series has. */
async function pairsOfSeries(index: SeriesIndex, nameId: number | undefined, found: Int32Array): Promise<number[]> {
  const pairs = new Set<number>();
  let rows = 0;
  for (const series of found) {
    for (const pair of index.pairsOf(series))
      if (nameId === undefined || index.pairs.nameOf(pair) === nameId) pairs.add(pair);
    if (++rows % ROWS_A_BREATH === 0) await breathe();
  }
  return [...pairs];
}

function namesOf({ pairs }: SeriesIndex, found: readonly number[]): string[] {
  return Array.from(new Set(found.map((pair) => pairs.nameOf(pair))), (nameId) => pairs.names[nameId]!);
}

async function valuesOf({ pairs }: SeriesIndex, found: readonly number[]): Promise<string[]> {
  const texts: string[] = [];
  for (const [row, pair] of found.entries()) {
    // A series without a name has the empty one.
    if (pairs.lengthOf(pair) > 0) texts.push(pairs.textOf(pair));
    if (row % ROWS_A_BREATH === 0) await breathe();
  }
  return texts;
}

async function packLabels(index: SeriesIndex, found: Int32Array): Promise<PackedLabels> {
  const places = new Map<number, number>();
  const texts: string[] = [];
  let total = 0;
  for (const series of found) total += index.pairsOf(series).length;
  const pairs = new Uint32Array(total);
  const ends = new Uint32Array(found.length);
  let at = 0;
  for (const [row, series] of found.entries()) {
    for (const pair of index.pairsOf(series)) {
      let place = places.get(pair);
      if (place === undefined) {
        places.set(pair, (place = places.size));
        texts.push(index.pairs.names[index.pairs.nameOf(pair)]!, index.pairs.textOf(pair));
      }
      pairs[at++] = place;
    }
    ends[row] = at;
    if (row % ROWS_A_BREATH === 0) await breathe();
  }
  return { texts, pairs, ends };
}
