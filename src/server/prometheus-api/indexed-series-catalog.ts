// The catalog of series from the store's index, and from the tables where the index does not reach.
import { compareStrings } from '../../base/compare-strings.ts';
import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../query/promql/matcher.ts';
import type { StoreIndexReader } from '../../store/store-index-reader.ts';
import type { Cardinality } from './endpoints/status.ts';
import type { MillisRange } from './parameters.ts';
import type { MetricMetadata, SeriesCatalog, SeriesExemplars } from './ports.ts';
import type { RecentExemplars } from './recent-exemplars.ts';
import { clampRange, type StoredSeriesCatalog } from './stored-series-catalog.ts';

type MatcherSets = readonly (readonly Matcher[])[];

/** Series whose newest exemplars are looked for. */
const MAX_SERIES = 100_000;

/**
 * Series that have samples on a day (UTC) of the range, as the tables have them; those whose samples are only acknowledged are found
 * too when the index knows the whole range. It knows the days from the one before the store's start on, and all days when nothing
 * older is stored. Prometheus answers by the same measure, with blocks and the head in place of days.
 */
export class IndexedSeriesCatalog implements SeriesCatalog {
  readonly #index: Pick<StoreIndexReader, 'series' | 'labelValues' | 'cardinality'>;
  readonly #tables: StoredSeriesCatalog;
  readonly #recent: RecentExemplars;

  /** `recent` hears of every acknowledged frame. */
  constructor(
    index: Pick<StoreIndexReader, 'series' | 'labelValues' | 'cardinality'>,
    tables: StoredSeriesCatalog,
    recent: RecentExemplars,
  ) {
    this.#index = index;
    this.#tables = tables;
    this.#recent = recent;
  }

  async series(sets: MatcherSets, range: MillisRange, limit: number, signal: AbortSignal): Promise<Labels[]> {
    const { fromMs, toMs } = clampRange(range);
    const found = await this.#index.series(sets, fromMs, toMs, limit, signal);
    return found ?? this.#tables.series(sets, range, limit, signal);
  }

  async labelNames(sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<string[]> {
    return (await this.#values(undefined, sets, range, signal)) ?? this.#tables.labelNames(sets, range, signal);
  }

  async labelValues(label: string, sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<string[]> {
    return (await this.#values(label, sets, range, signal)) ?? this.#tables.labelValues(label, sets, range, signal);
  }

  async exemplars(sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<SeriesExemplars[]> {
    const stored = await this.#tables.exemplars(sets, range, signal);
    // Looked at behind the tables: what moved there in between is in both rather than in none.
    if (!this.#recent.hasAny(range)) return stored;
    return this.#recent.addTo(stored, await this.series(sets, range, MAX_SERIES, signal), range);
  }

  metadata(signal: AbortSignal): Promise<MetricMetadata[]> {
    return this.#tables.metadata(signal);
  }

  /** Of the days that the index knows; while it is being filled, of all that is stored, without memory and growth. */
  async cardinality(rows: number, signal: AbortSignal): Promise<Cardinality> {
    return (await this.#index.cardinality(rows, signal)) ?? this.#tables.cardinality(rows, signal);
  }

  async #values(
    label: string | undefined,
    sets: MatcherSets,
    range: MillisRange,
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    const { fromMs, toMs } = clampRange(range);
    return (await this.#index.labelValues(label, sets, fromMs, toMs, signal))?.toSorted(compareStrings);
  }
}
