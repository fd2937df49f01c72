// The labels of an exemplar as they are shown: ids that are stored apart stand among them again.
import { Labels } from '../../model/labels.ts';

/** `own` with the ids of trace and span, unless they are told already. Ids in hexadecimal digits; none is '' or undefined. */
export function withTrace(
  own: readonly (readonly [name: string, value: string])[],
  { traceId = '', spanId = '' }: { readonly traceId?: string | undefined; readonly spanId?: string | undefined },
): Labels {
  // Labels without a value are left out; of a repeated name the last counts.
  return Labels.of([['trace_id', traceId], ['span_id', spanId], ...own]);
}
