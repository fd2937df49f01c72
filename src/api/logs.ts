import { z } from 'zod';
import {
  attribute,
  attributeKinds,
  cursor,
  exception,
  fieldFilter,
  labels,
  nanos,
  rowId,
  sampled,
  spanId,
  statistics,
  timeRange,
  traceId,
} from './common.ts';

/** Groups of OpenTelemetry severity numbers: 1–4, 5–8, 9–12, 13–16, 17–20, 21–24; unknown is 0. */
export const severityGroups = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type SeverityGroup = (typeof severityGroups)[number];

const MAX_FILTERS = 50;
const MAX_CHOICES = 100;

const logConditions = z.object({
  /** Any of these services. */
  service: z.array(z.string().max(500)).max(MAX_CHOICES).optional(),
  /** Any of these levels. */
  level: z.array(z.enum(severityGroups)).max(severityGroups.length).optional(),
  /** Every word stands in the body, in any order, whatever the case. */
  text: z.string().max(4000).optional(),
  filters: z.array(fieldFilter).max(MAX_FILTERS).default([]),
  traceId: traceId.optional(),
});
/** Which log rows: shared by search, histogram, fields and top values. */
const logSelection = timeRange.extend(logConditions.shape);
export type LogSelection = z.infer<typeof logSelection>;
export type LogSelectionInput = z.input<typeof logSelection>;

export const logRow = z
  .object({
    id: rowId,
    time: nanos,
    observed: nanos,
    service: z.string(),
    /** OpenTelemetry severity number, 1–24; 0 is unknown. */
    severity: z.number().int(),
    /** The level as it was written. */
    severityText: z.string(),
    level: z.enum(severityGroups),
    logger: z.string(),
    event: z.string(),
    body: z.string(),
    traceId: traceId.optional(),
    spanId: spanId.optional(),
    attributes: z.array(attribute),
    resource: labels,
    stream: labels,
    exception: exception.optional(),
    /** How many records this row stands for. */
    weight: z.number(),
    /** The record as it came in, where it was a text; only when it was asked for. */
    raw: z.string().optional(),
    /** The time that the sender gave, where `time` had to differ from it. */
    originalTime: nanos.optional(),
  })
  .meta({ id: 'LogRow' });
export type LogRow = z.infer<typeof logRow>;

export const logSearchRequest = logSelection
  .extend({
    limit: z.number().int().min(1).max(5000).default(100),
    cursor: cursor.optional(),
    order: z.enum(['newest', 'oldest']).default('newest'),
    /** Whether every row also carries the record as it came in. */
    raw: z.boolean().default(false),
  })
  .meta({ id: 'LogSearchRequest' });
export type LogSearchRequest = z.infer<typeof logSearchRequest>;
export type LogSearchInput = z.input<typeof logSearchRequest>;
export const logSearchResponse = z
  .object({
    rows: z.array(logRow),
    /** Absent on the last page. */
    nextCursor: cursor.optional(),
    statistics,
  })
  .meta({ id: 'LogSearchResponse' });
export type LogSearchResponse = z.infer<typeof logSearchResponse>;

export const logHistogramRequest = logSelection
  .extend({
    by: z.enum(['level', 'service']).default('level'),
    /** About how many buckets; the width becomes the next round one. */
    buckets: z.number().int().min(1).max(1000).default(100),
  })
  .meta({ id: 'LogHistogramRequest' });
export type LogHistogramRequest = z.infer<typeof logHistogramRequest>;
export type LogHistogramInput = z.input<typeof logHistogramRequest>;
export const logHistogramResponse = z
  .object({
    /** Start of the first bucket. */
    start: nanos,
    /** Width of a bucket. */
    interval: nanos,
    /** One entry a level or service, the largest first; `counts[i]` belongs to the bucket at start + i × interval. */
    groups: z.array(z.object({ group: z.string(), counts: z.array(z.number()) })),
    total: z.number(),
    sampled,
    statistics,
  })
  .meta({ id: 'LogHistogramResponse' });
export type LogHistogramResponse = z.infer<typeof logHistogramResponse>;

export const logFieldsRequest = logSelection
  .extend({ limit: z.number().int().min(1).max(1000).default(200) })
  .meta({ id: 'LogFieldsRequest' });
export type LogFieldsRequest = z.infer<typeof logFieldsRequest>;
export type LogFieldsInput = z.input<typeof logFieldsRequest>;
export const logFieldsResponse = z
  .object({
    /** `field` can be used in a filter as it stands; `rows`: how many of the selection carry it. */
    fields: z.array(z.object({ field: z.string(), kind: z.enum([...attributeKinds, 'column']), rows: z.number() })),
    statistics,
  })
  .meta({ id: 'LogFieldsResponse' });
export type LogFieldsResponse = z.infer<typeof logFieldsResponse>;

export const logTopValuesRequest = logSelection
  .extend({ field: z.string().min(1).max(500), limit: z.number().int().min(1).max(1000).default(10) })
  .meta({ id: 'LogTopValuesRequest' });
export type LogTopValuesRequest = z.infer<typeof logTopValuesRequest>;
export type LogTopValuesInput = z.input<typeof logTopValuesRequest>;
export const logTopValuesResponse = z
  .object({
    values: z.array(z.object({ value: z.string(), count: z.number() })),
    /** Rows of the selection that carry the field. */
    total: z.number(),
    sampled,
    statistics,
  })
  .meta({ id: 'LogTopValuesResponse' });
export type LogTopValuesResponse = z.infer<typeof logTopValuesResponse>;

/** The conditions of a live tail stand in the address: lists as repeated parameters, `filters` as JSON. */
export const logTailQuery = z
  .object({
    service: z.union([z.string().max(500), z.array(z.string().max(500)).max(MAX_CHOICES)]).optional(),
    level: z.union([z.enum(severityGroups), z.array(z.enum(severityGroups))]).optional(),
    text: z.string().max(4000).optional(),
    filters: z.string().max(20_000).optional(),
    traceId: traceId.optional(),
  })
  .meta({ id: 'LogTailQuery' });
export type LogTailQuery = z.infer<typeof logTailQuery>;
export const logTailFilters = z.array(fieldFilter).max(MAX_FILTERS);
/** Event `rows`: what came since the last one, oldest first. */
export const logTailRows = z.object({ rows: z.array(logRow) }).meta({ id: 'LogTailRows' });
export type LogTailRows = z.infer<typeof logTailRows>;
/**
 * Event `skipped`: the reader was too slow, or more came in than is looked at for one reader: so many rows were left out since
 * the event before, some of which might not have matched.
 */
export const logTailSkipped = z.object({ count: z.number() }).meta({ id: 'LogTailSkipped' });
export type LogTailSkipped = z.infer<typeof logTailSkipped>;

export const logAroundQuery = z
  .object({
    before: z.coerce.number().int().min(0).max(1000).default(50),
    after: z.coerce.number().int().min(0).max(1000).default(50),
    /** `service`: rows of the same service; `stream`: of the same file, topic …; `all`: of everything. */
    of: z.enum(['service', 'stream', 'all']).default('service'),
  })
  .meta({ id: 'LogAroundQuery' });
export type LogAroundQuery = z.infer<typeof logAroundQuery>;
export const logAroundResponse = z
  .object({
    /** Oldest first, as in `after`. */
    before: z.array(logRow),
    row: logRow,
    after: z.array(logRow),
    statistics,
  })
  .meta({ id: 'LogAroundResponse' });
export type LogAroundResponse = z.infer<typeof logAroundResponse>;
