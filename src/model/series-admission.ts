// Whether a series may be stored: a frame's decoder asks before it writes labels.
import type { LabelPair } from './series-identity.ts';

export interface SeriesAdmission {
  /**
   * Which day (since 1970) it is. A series that was admitted on it and whose labels are stored need not be asked for again before the next.
   */
  readonly day?: number;
  /**
   * Whether samples of this series may be stored; asked of every series that the block does not have yet. `low` and `high` are the
   * halves of its fingerprint as signed 32-bit numbers; `labels` gives its labels and is called only when they are wanted.
   * Throws a CodedError (413) when one frame brings too many that may not.
   */
  admits(metric: string, low: number, high: number, labels: () => Iterable<LabelPair>): boolean;
}
