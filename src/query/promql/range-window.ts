// The samples of one series that a range function sees at one step. One object is reused for all steps.
import type { Annotation } from './annotations.ts';
import type { Range } from './position.ts';

/** Samples `from` up to, not including, `to` of `times` and `values`; never none. */
export class RangeWindow {
  times: Float64Array = new Float64Array(0);
  values: Float64Array = new Float64Array(0);
  /** When the counter began, for each sample; only where the engine uses it. */
  startTimes: Float64Array | undefined;
  from = 0;
  to = 0;
  /** Bounds of the range, `startMs` excluded, `endMs` included. */
  startMs = 0;
  endMs = 0;
  /** Length of the range. */
  rangeMs = 0;
  /** The step's own time. */
  evaluationMs = 0;
  /** The scalar arguments at this step, in their order. */
  readonly scalars: number[] = [];
  /** With `anchored` or `smoothed`, samples outside of the bounds are in the window too. */
  extension: 'anchored' | 'smoothed' | undefined;
  metricName = '';
  /** Of the range selector, and of all arguments, for remarks. */
  selectorRange: Range = { start: 0, end: 0 };
  argumentRanges: readonly Range[] = [];
  readonly annotate: (annotation: Annotation) => void;
  /** Where a function leaves its answer. */
  result = 0;

  constructor(annotate: (annotation: Annotation) => void) {
    this.annotate = annotate;
  }

  get count(): number {
    return this.to - this.from;
  }

  timeAt(index: number): number {
    return this.times[index] ?? 0;
  }

  valueAt(index: number): number {
    return this.values[index] ?? 0;
  }
}
