import { z } from 'zod';
import {
  attribute,
  cursor,
  duration,
  exception,
  fieldFilter,
  labels,
  nanos,
  rowId,
  spanId,
  statistics,
  timeRange,
  traceId,
} from './common.ts';
import { logRow } from './logs.ts';

export const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const spanStatuses = ['unset', 'ok', 'error'] as const;

export const span = z
  .object({
    id: rowId,
    traceId,
    spanId,
    /** Absent for a root. */
    parentId: spanId.optional(),
    service: z.string(),
    name: z.string(),
    kind: z.enum(spanKinds),
    status: z.enum(spanStatuses),
    statusMessage: z.string(),
    start: nanos,
    duration: nanos,
    traceState: z.string(),
    /** The instrumentation scope. */
    scope: z.string(),
    attributes: z.array(attribute),
    resource: labels,
    events: z.array(z.object({ time: nanos, name: z.string(), attributes: z.array(attribute) })),
    links: z.array(
      z.object({ traceId: z.string(), spanId: z.string(), traceState: z.string(), attributes: z.array(attribute) }),
    ),
    exception: exception.optional(),
    weight: z.number(),
    originalTime: nanos.optional(),
  })
  .meta({ id: 'Span' });
export type Span = z.infer<typeof span>;

/** The conditions hold for one span of the trace, all together. */
export const traceSearchRequest = timeRange
  .extend({
    service: z.string().max(500).optional(),
    operation: z.string().max(2000).optional(),
    minDuration: duration.optional(),
    maxDuration: duration.optional(),
    status: z.enum(spanStatuses).optional(),
    filters: z.array(fieldFilter).max(50).default([]),
    limit: z.number().int().min(1).max(200).default(50),
    cursor: cursor.optional(),
  })
  .meta({ id: 'TraceSearchRequest' });
export type TraceSearchRequest = z.infer<typeof traceSearchRequest>;
export type TraceSearchInput = z.input<typeof traceSearchRequest>;

export const traceSummary = z
  .object({
    traceId,
    /** Of the root span, else (`rootMissing`) of the earliest span that is there. */
    rootService: z.string(),
    rootOperation: z.string(),
    rootMissing: z.boolean(),
    start: nanos,
    /** From the first start to the last end. */
    duration: nanos,
    spans: z.number(),
    errors: z.number(),
    services: z.array(z.object({ service: z.string(), spans: z.number(), errors: z.number() })),
  })
  .meta({ id: 'TraceSummary' });
export type TraceSummary = z.infer<typeof traceSummary>;
export const traceSearchResponse = z
  .object({
    /** By their newest matching span, newest first. */
    traces: z.array(traceSummary),
    nextCursor: cursor.optional(),
    statistics,
  })
  .meta({ id: 'TraceSearchResponse' });
export type TraceSearchResponse = z.infer<typeof traceSearchResponse>;

export const traceResponse = z
  .object({
    traceId,
    start: nanos,
    duration: nanos,
    /** By start. */
    spans: z.array(span),
    /** Whether the trace has more spans than an answer may hold. */
    truncated: z.boolean(),
    statistics,
  })
  .meta({ id: 'TraceResponse' });
export type TraceResponse = z.infer<typeof traceResponse>;

export const traceLogsResponse = z
  .object({
    /** Oldest first. */
    rows: z.array(logRow),
    truncated: z.boolean(),
    statistics,
  })
  .meta({ id: 'TraceLogsResponse' });
export type TraceLogsResponse = z.infer<typeof traceLogsResponse>;
