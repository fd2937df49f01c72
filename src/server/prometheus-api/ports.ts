// What the Prometheus HTTP API needs of the rest of the server.
import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../query/promql/matcher.ts';
import type { MillisRange } from './parameters.ts';

/** Series without their samples. A series is found when it fits one of the sets; no sets: all. Rejects with a CodedError. */
export interface SeriesCatalog {
  /** At most `limit` series; their order is free. */
  series(
    sets: readonly (readonly Matcher[])[],
    range: MillisRange,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Labels[]>;
  /** Names in their order. */
  labelNames(
    sets: readonly (readonly Matcher[])[],
    range: MillisRange,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Values of one label in their order. */
  labelValues(
    label: string,
    sets: readonly (readonly Matcher[])[],
    range: MillisRange,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Exemplars of the series that fit one of the sets, in the order of their times. */
  exemplars(
    sets: readonly (readonly Matcher[])[],
    range: MillisRange,
    signal: AbortSignal,
  ): Promise<readonly SeriesExemplars[]>;
  /** What is known of metrics, by their names. */
  metadata(signal: AbortSignal): Promise<readonly MetricMetadata[]>;
}

export interface MetricMetadata {
  readonly metric: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: number; readonly timeMs: number }[];
}
