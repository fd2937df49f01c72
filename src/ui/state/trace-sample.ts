// Traces from the whole range for the picture above the list, which itself holds the newest alone: some of every twelfth of the range,
// and those that failed.
import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import type { TraceSearchInput, TraceSearchResponse, TraceSummary } from '../../api/traces.ts';
import { searchTraces } from './api.ts';

const SLICES = 12n;
const SLICE_TRACES = 40;
const FAILED_TRACES = 200;

function slicesOf(input: TraceSearchInput & { from: string; to: string }): TraceSearchInput[] {
  const [from, to] = [BigInt(input.from), BigInt(input.to)];
  const width = (to - from) / SLICES;
  const slices: TraceSearchInput[] = Array.from({ length: Number(SLICES) }, (_, slice) => ({
    ...input,
    from: String(from + BigInt(slice) * width),
    to: String(from + BigInt(slice + 1) * width),
    limit: SLICE_TRACES,
  }));
  if (input.status === undefined) slices.push({ ...input, status: 'error', limit: FAILED_TRACES });
  return slices;
}

/** Nothing until all have answered: the picture is drawn again once, not once an answer. */
function gather(results: readonly UseQueryResult<TraceSearchResponse>[]): readonly TraceSummary[] {
  if (results.some((result) => result.isPending)) return [];
  return results.flatMap((result) => result.data?.traces ?? []);
}

/** Asks only while `isNeeded`; a trace may come more than once. */
export function useTraceSample(
  input: TraceSearchInput & { from: string; to: string },
  isNeeded: boolean,
): readonly TraceSummary[] {
  return useQueries({
    queries: slicesOf(input).map((slice) => ({
      queryKey: ['trace-sample', slice],
      queryFn: ({ signal }: { signal: AbortSignal }) => searchTraces(slice, signal),
      enabled: isNeeded,
    })),
    combine: gather,
  });
}
