// Series held in memory, for tests and for rule unit tests.
import type { Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from './matcher.ts';
import type { SelectedSeries, SeriesSource } from './series-source.ts';
import { writeStaleMarker } from './stale.ts';

/** A sample to store; `isStale` stands for the stale marker. */
export interface MemorySample {
  readonly timeMs: number;
  readonly value: number;
  readonly isStale?: boolean;
  readonly startMs?: number;
}

/** Accepts samples in any order of time; of two at one time the later one stays. */
export class MemorySeriesSource implements SeriesSource {
  readonly #series = new Map<string, { readonly labels: Labels; readonly samples: Map<number, MemorySample> }>();
  readonly #columns = new Map<string, SelectedSeries>();

  append(labels: Labels, samples: readonly MemorySample[]): void {
    const { key } = labels;
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { labels, samples: new Map() }));
    for (const sample of samples) series.samples.set(sample.timeMs, sample);
    this.#columns.delete(key);
  }

  clear(): void {
    this.#series.clear();
    this.#columns.clear();
  }

  #columnsOf(key: string, labels: Labels, samples: ReadonlyMap<number, MemorySample>): SelectedSeries {
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const sorted = [...samples.values()].toSorted((left, right) => left.timeMs - right.timeMs);
    const values = Float64Array.from(sorted, ({ value }) => value);
    sorted.forEach(({ isStale }, index) => {
      if (isStale === true) writeStaleMarker(values, index);
    });
    const columns = {
      labels,
      times: Float64Array.from(sorted, ({ timeMs }) => timeMs),
      values,
      // A counter cannot begin behind its sample: such a start is not known.
      startTimes: Float64Array.from(sorted, ({ startMs = 0, timeMs }) => (startMs > timeMs ? 0 : startMs)),
    };
    this.#columns.set(key, columns);
    return columns;
  }

  select(matchers: readonly Matcher[], fromMs: number, toMs: number): SelectedSeries[] {
    const found: SelectedSeries[] = [];
    for (const [key, { labels, samples }] of this.#series) {
      if (!matchesAll(matchers, labels)) continue;
      const { times, values, startTimes } = this.#columnsOf(key, labels, samples);
      let from = 0;
      while (from < times.length && (times[from] ?? 0) < fromMs) from++;
      let to = from;
      while (to < times.length && (times[to] ?? 0) <= toMs) to++;
      if (from === to) continue;
      const cut = { labels, times: times.subarray(from, to), values: values.subarray(from, to) };
      found.push(startTimes === undefined ? cut : { ...cut, startTimes: startTimes.subarray(from, to) });
    }
    return found;
  }
}
