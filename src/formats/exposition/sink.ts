// What the parsers of the text expositions hand out. A scrape is all or nothing: when a parser returns an error, the
// receiver throws away what it was given of that body – but for the labels of new series, which are not given again.
import type { Labels } from '../../model/labels.ts';

/** A metric family's type as an exposition names it. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** An example behind a sample, with its own labels. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number | undefined;
}

/** One sample. The object is reused: read it inside the call, keep nothing of it but the values. */
export interface ExpositionSample {
  /** Stands for the series' text as long as the `SeriesMemory` lives: 0, 1, 2, … in the order of first appearance. */
  readonly seriesId: number;
  /** The series' text is seen for the first time in this memory, so `labels()` has to be asked once. */
  readonly isNewSeries: boolean;
  /** Metric name and labels as they stand in the body. */
  readonly seriesText: string;
  /** Decodes the labels with the metric name among them; `le` and `quantile` in canonical form. Not cheap: ask once a series. */
  labels(): Labels;
  readonly value: number;
  /** Milliseconds since the epoch, when the exposition says so. */
  readonly timestampMs: number | undefined;
  readonly exemplar: Exemplar | undefined;
}

/** Receives an exposition in the order of its lines. */
export interface ExpositionSink {
  sample(sample: ExpositionSample): void;
  type?(metric: string, type: MetricType): void;
  help?(metric: string, text: string): void;
  unit?(metric: string, unit: string): void;
}

/** Why a body was refused; `line` and `column` count from 1. */
export interface ExpositionError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
