// What a decoder may know beside the body.
import type { MetricClasses } from '../../model/metric-classes.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';

/** When a request came and what is too old; nanoseconds. */
export interface ExportContext {
  readonly received: bigint;
  readonly expiredBefore: { readonly logs: bigint; readonly spans: bigint; readonly metrics: bigint };
  /** Which series may be stored; all when undefined. */
  readonly admission?: SeriesAdmission | undefined;
  /** Retention classes of metrics; all are of class 0 when undefined. */
  readonly classes?: MetricClasses | undefined;
}
