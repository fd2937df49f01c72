// Data that several pages watch, and what turns the range of the address into that of a request.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { SourcesResponse } from '../../api/sources.ts';
import type { StatusResponse } from '../../api/status.ts';
import type { LogRow } from '../../api/logs.ts';
import { listSources, readLog, readStatus, type ApiError } from './api.ts';
import type { ResolvedRange } from './time-range.ts';

export const PULSE_MILLIS = 2000;

/** The range as the API takes it: nanoseconds. */
export function rangeInput(range: ResolvedRange): { from: string; to: string } {
  return { from: `${Math.floor(range.fromMillis)}000000`, to: `${Math.ceil(range.toMillis)}000000` };
}

export function useStatus(): UseQueryResult<StatusResponse, ApiError> {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => readStatus(signal),
    refetchInterval: PULSE_MILLIS * 2,
    retry: false,
  });
}

/** The line or document that a row was read from; undefined while it is asked for, and for what never was a text. */
export function useOriginalRecord(row: LogRow): string | undefined {
  const wasText = row.raw === undefined && Object.keys(row.stream).length > 0;
  const whole = useQuery({
    queryKey: ['log', row.id],
    queryFn: ({ signal }) => readLog(row.id, signal),
    enabled: wasText,
    staleTime: Infinity,
    retry: false,
  });
  return row.raw ?? whole.data?.raw;
}

export function useSources(): UseQueryResult<SourcesResponse, ApiError> {
  return useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => listSources(signal),
    refetchInterval: PULSE_MILLIS,
    staleTime: 0,
    retry: false,
  });
}
