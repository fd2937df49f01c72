// Where the evaluator gets samples from. The evaluator reads nothing else; storage implements this.
import type { Labels, LabelSource } from '../../model/labels.ts';
import type { Matcher } from './matcher.ts';

/** What a selection is for; a source may read less because of it, or ignore it. */
export interface SelectHints {
  /** The function or aggregation directly around the selector, or ''. */
  readonly function: string;
  /** Grouping labels of an aggregation directly around. */
  readonly grouping: readonly string[];
  readonly by: boolean;
  /** Length of a range selector, 0 for an instant one. */
  readonly rangeMs: number;
  /** The query's step, 0 for an instant query. */
  readonly stepMs: number;
  /** Of each series only the last sample counts. */
  readonly newestOnly: boolean;
}

/** Samples of one series in order of time. The arrays belong to the source: they are read, never written. */
export interface SelectedSeries {
  readonly labels: Labels;
  /** Gives `labels`, or one of them, for who may need none: `labels` may be made when they are asked for. */
  readonly source?: LabelSource;
  /** Milliseconds since the epoch, rising. */
  readonly times: Float64Array;
  /** Stale markers keep their bits. */
  readonly values: Float64Array;
  /** When each sample's counter began, in milliseconds, never behind the sample; 0 where that is not known. */
  readonly startTimes?: Float64Array;
}

/**
 * Series that are read one after the other while they are used: the values of one are overwritten when the next is read, its times
 * are not. All are read before anything else happens: what comes in meanwhile would be in some series only.
 */
export interface SeriesStream extends Iterable<SelectedSeries> {
  /** There are at most so many. */
  readonly size: number;
}

/** Gives the series that match, with their samples from `fromMs` to `toMs`, both included. The order of series is free. */
export interface SeriesSource {
  select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    hints: SelectHints,
    signal: AbortSignal | undefined,
  ): Promise<readonly SelectedSeries[]> | readonly SelectedSeries[];
  /** What `select` would give, in the same order; undefined where they cannot be had at once. */
  stream?(matchers: readonly Matcher[], fromMs: number, toMs: number, hints: SelectHints): SeriesStream | undefined;
}
