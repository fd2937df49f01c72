// Series for the evaluator from the head where it has all samples, from head and tables where it has not.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Matcher } from '../../query/promql/matcher.ts';
import { failTooManySamples } from '../../query/promql/query-error.ts';
import type { SelectedSeries, SelectHints, SeriesSource, SeriesStream } from '../../query/promql/series-source.ts';
import type { EngineSeriesSource, StoredSelection } from '../engine-series-source.ts';
import { HeadSeriesStream } from './head-series-stream.ts';
import type { HotHead } from './hot-head.ts';
import { makeSpace, type SamplePlace, type SampleSpace } from './sample-chunks.ts';
import { SharedTimes } from './shared-times.ts';
import { joinSamples, noSamples, StoredSamples, type Samples } from './stored-samples.ts';

/** Series that a statement names one by one; with more, the engine looks them up. */
const MAX_NAMED_SERIES = 5000;
const MAX_NAMED_METRICS = 500;
/** Samples that are gathered in one space, unless a single series has more. */
const SPACE_SAMPLES = 1 << 18;

export class HeadSeriesSource implements SeriesSource {
  readonly #head: HotHead;
  readonly #tables: EngineSeriesSource;
  readonly #maxSamples: number;
  readonly #spaces: SampleSpace[] = [];
  #selected = 0;

  constructor(head: HotHead, tables: EngineSeriesSource, maxSamples: number) {
    this.#head = head;
    this.#tables = tables;
    this.#maxSamples = maxSamples;
  }

  async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    hints: SelectHints,
    signal: AbortSignal | undefined,
  ): Promise<readonly SelectedSeries[]> {
    const head = this.#head;
    if (!head.knowsSeriesFrom(fromMs)) return this.#tables.select(matchers, fromMs, toMs, hints, signal);
    const numbers = head.selector.select(matchers);
    if (numbers.length === 0) return [];
    head.selections.take(numbers.length);
    this.#selected += numbers.length;
    const { completeFromMs } = head;
    const { newestOnly } = hints;
    if (fromMs >= completeFromMs) return this.#label(numbers, this.#readHead(numbers, fromMs, toMs, newestOnly));
    const stored = new StoredSamples(head, numbers);
    const lastMs = Math.min(toMs, completeFromMs - 1);
    await this.#tables.readInto(stored, this.#narrow(matchers, numbers), fromMs, lastMs, signal);
    // Read behind the tables: what moved there in between is in both rather than in none.
    const fresh = this.#readHead(numbers, fromMs, toMs, newestOnly);
    return this.#label(
      numbers,
      fresh.map((newer, place) => {
        const older = stored.of(place);
        if (older.times.length === 0) return newer;
        if (newer.times.length === 0) return older;
        return joinSamples([older, newer], older.times.at(-1)! < newer.times[0]!);
      }),
    );
  }

  /** What the head alone has. */
  stream(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    { newestOnly }: SelectHints,
  ): SeriesStream | undefined {
    const head = this.#head;
    if (!head.knowsSeriesFrom(fromMs) || fromMs < head.completeFromMs) return undefined;
    const numbers = head.selector.select(matchers);
    const onStart = (): void => {
      head.selections.take(numbers.length);
      this.#selected += numbers.length;
    };
    return new HeadSeriesStream(head, numbers, { fromMs, toMs, newestOnly, maxSamples: this.#maxSamples, onStart });
  }

  /** Called when nobody reads what was selected any more: its memory is used again. */
  release(): void {
    for (const space of this.#spaces.splice(0)) this.#head.spaces.giveBack(space);
    this.#head.selections.giveBack(this.#selected);
    this.#selected = 0;
  }

  #label(numbers: Int32Array, samples: readonly Samples[]): SelectedSeries[] {
    const selected: SelectedSeries[] = [];
    samples.forEach(({ times, values }, place) => {
      if (times.length > 0) selected.push({ labels: this.#head.index.labelsOf(numbers[place]!), times, values });
    });
    return selected;
  }

  #readHead(numbers: Int32Array, fromMs: number, toMs: number, newestOnly: boolean): Samples[] {
    const { chunks } = this.#head;
    const shared = new SharedTimes();
    let place = { space: makeSpace(0), at: 0, timesAt: 0 };
    let total = 0;
    const reserve = (most: number): SamplePlace => {
      if (place.at + most > place.space.values.length) {
        place = { space: this.#head.spaces.take(Math.max(most, SPACE_SAMPLES)), at: 0, timesAt: 0 };
        this.#spaces.push(place.space);
      }
      return place;
    };
    return Array.from(numbers, (series) => {
      const count = chunks.read(series, fromMs, toMs, reserve, shared);
      if (count === 0) return noSamples;
      const older = newestOnly ? count - 1 : 0;
      total += count - older;
      if (total > this.#maxSamples) failTooManySamples(this.#maxSamples);
      const { space, at, timesAt } = place;
      place.at += count;
      let times = chunks.knownTimes;
      if (times === undefined) {
        times = shared.keep(space.times.subarray(timesAt, timesAt + count));
        place.timesAt += count;
      }
      return {
        times: older === 0 ? times : times.subarray(older),
        values: space.values.subarray(at + older, at + count),
      };
    });
  }

  /** What the engine is asked for: the metrics, and the series where naming them saves reading. */
  #narrow(matchers: readonly Matcher[], numbers: Int32Array): StoredSelection {
    const { index } = this.#head;
    const nameId = index.pairs.findName(METRIC_NAME);
    const metrics = new Set<number>();
    for (const series of numbers) {
      metrics.add(index.pairOf(series, nameId));
      if (metrics.size > MAX_NAMED_METRICS) return { matchers, metrics: undefined, series: undefined };
    }
    let all = 0;
    for (const pair of metrics) all += index.countOf(pair);
    const isMost = numbers.length * 2 >= all;
    return {
      matchers,
      metrics: Array.from(metrics, (pair) => index.pairs.textOf(pair)),
      series: isMost
        ? 'all'
        : numbers.length <= MAX_NAMED_SERIES
          ? Array.from(numbers, (series) => index.fingerprintOf(series))
          : undefined,
    };
  }
}
