// What the scraper itself has to know of a target's answers: whether they can be read, how many samples they hold, which series are
// new and which have gone.
import { parseOpenMetrics } from '../../formats/openmetrics/parse.ts';
import { parsePrometheusText } from '../../formats/prometheus-text/parse.ts';
import type { ExpositionSample } from '../../formats/exposition/sink.ts';
import { SeriesMemory } from '../../formats/exposition/series-memory.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import { printSeries } from './scrape-body.ts';
import { TargetSeries, joinLabels } from './target-series.ts';

/** The memory begins again when it holds far more series than the last answer. */
const MAX_MEMORY_RATIO = 4;
const MIN_MEMORY = 10_000;

export interface WatchedScrape {
  readonly samples: number;
  readonly added: number;
  /** Series that ended, in the text format, one a line. */
  readonly gone: string;
}

export class TargetWatch {
  readonly #target: readonly LabelPair[];
  readonly #honorLabels: boolean;
  readonly #honorTimestamps: boolean;
  #memory = new SeriesMemory();
  // By series number: the series as text with its final labels.
  #printed: string[] = [];
  /** Series of the last answer. */
  #last: ReadonlySet<string> = new Set();
  /** Those of them that end when they are missing in the next one. */
  #active: ReadonlySet<string> = new Set();
  // Ended series that no frame has told yet.
  #untold: readonly string[] = [];

  constructor(target: readonly LabelPair[], honorLabels: boolean, honorTimestamps: boolean) {
    this.#target = target;
    this.#honorLabels = honorLabels;
    this.#honorTimestamps = honorTimestamps;
  }

  /** Takes an answer: what is wrong with it, or what it means. An answer that cannot be read changes nothing. */
  read(answer: Uint8Array, format: 'text' | 'openmetrics'): WatchedScrape | { readonly error: string } {
    const all = new Set<string>();
    const active = new Set<string>();
    let samples = 0;
    const sink = {
      sample: (sample: ExpositionSample): void => {
        samples++;
        const printed = (this.#printed[sample.seriesId] ??= this.#print(sample));
        all.add(printed);
        // A series with times of its own ends by its own rules.
        if (!this.#honorTimestamps || sample.timestampMs === undefined) active.add(printed);
      },
    };
    const result =
      format === 'openmetrics'
        ? parseOpenMetrics(answer, sink, { memory: this.#memory })
        : parsePrometheusText(answer, sink, this.#memory);
    if (!result.ok)
      return { error: `line ${result.error.line}, column ${result.error.column}: ${result.error.message}` };
    let added = 0;
    for (const series of all) if (!this.#last.has(series)) added++;
    return { samples, added, gone: this.#replace(all, active) };
  }

  #print(sample: ExpositionSample): string {
    const { metric, labels } = new TargetSeries(joinLabels(sample.labels().flat, this.#target, this.#honorLabels));
    return printSeries(['__name__', metric, ...labels.flat()]);
  }

  /** All series end: the scrape failed, or the target goes. */
  endAll(): string {
    return this.#replace(new Set(), new Set());
  }

  /** The frame that told of the ended series is durable. */
  told(): void {
    this.#untold = [];
  }

  #replace(all: ReadonlySet<string>, active: ReadonlySet<string>): string {
    const gone = new Set(this.#untold);
    for (const series of this.#active) gone.add(series);
    for (const series of all) gone.delete(series);
    this.#untold = [...gone];
    this.#last = all;
    this.#active = active;
    if (this.#memory.size > Math.max(MIN_MEMORY, all.size * MAX_MEMORY_RATIO)) {
      this.#memory = new SeriesMemory();
      this.#printed = [];
    }
    return this.#untold.map((series) => `${series} NaN\n`).join('');
  }
}
