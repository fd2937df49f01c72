// What several resources of the HTTP contract share. Plain JSON: 64-bit integers and nanoseconds are decimal strings.
import { z } from 'zod';

/** Nanoseconds since 1970 as decimal digits. */
export const nanos = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ id: 'Nanos', description: 'Nanoseconds (since 1970 where it is a time) as decimal digits' });
/** A time as it may be asked for; api/time-point.ts reads it. */
export const timePoint = z.string().min(1).max(40).meta({
  id: 'TimePoint',
  description: 'RFC 3339, nanoseconds since 1970 as decimal digits, or relative: now, now-1h30m',
});
/** A duration as it may be asked for; api/time-point.ts reads it. */
export const duration = z
  .string()
  .min(1)
  .max(40)
  .meta({ id: 'Duration', description: '250ms, 1.5s, 1h30m, or nanoseconds as decimal digits' });
export const traceId = z
  .string()
  .regex(/^[0-9a-f]{32}$/i)
  .meta({ id: 'TraceId', description: '32 hexadecimal digits' });
export const spanId = z
  .string()
  .regex(/^[0-9a-f]{16}$/i)
  .meta({ id: 'SpanId', description: '16 hexadecimal digits' });
export const cursor = z
  .string()
  .min(1)
  .max(200)
  .meta({ id: 'Cursor', description: 'nextCursor of the page before; opaque' });
/** A row's place in the order of rows; stable for as long as the row is kept. */
export const rowId = z
  .string()
  .regex(/^-?\d{1,19}\.\d{1,10}\.\d{1,19}$/)
  .meta({ id: 'RowId', description: 'TIME.INGESTER.SEQUENCE: the place of a row in the order of rows' });

export const timeRange = z.object({ from: timePoint.default('now-1h'), to: timePoint.default('now') });

export const filterOperators = [
  'eq',
  'ne',
  'exists',
  'missing',
  'contains',
  'regex',
  'gt',
  'gte',
  'lt',
  'lte',
] as const;
/**
 * `field` is a column (service, logger, body, event, exceptionType …), `resource:NAME`, `stream:NAME`, `attribute:NAME`, or the plain
 * name of an attribute. `ne` also holds where the field is absent.
 */
export const fieldFilter = z
  .object({
    field: z.string().min(1).max(500),
    op: z.enum(filterOperators),
    value: z.union([z.string().max(10_000), z.number(), z.boolean()]).optional(),
  })
  .refine((filter) => filter.op === 'exists' || filter.op === 'missing' || filter.value !== undefined, {
    message: 'expected a value for this operator',
    path: ['value'],
  })
  .meta({ id: 'FieldFilter' });
export type FieldFilter = z.infer<typeof fieldFilter>;

export const attributeKinds = ['string', 'int', 'float', 'bool', 'json'] as const;
/** `value` is a string for string and int, a number for float (NaN, Infinity and -Infinity as strings), a boolean for bool, any JSON for json. */
export const attribute = z
  .object({ name: z.string(), kind: z.enum(attributeKinds), value: z.unknown() })
  .meta({ id: 'Attribute' });
export type Attribute = z.infer<typeof attribute>;

export const labels = z.record(z.string(), z.string()).meta({ id: 'Labels' });

export const exception = z
  .object({
    type: z.string(),
    message: z.string(),
    /** The traceback as text. */
    stack: z.string(),
    /** What equal faults share: 16 hexadecimal digits, or '' when there is none. */
    group: z.string(),
  })
  .meta({ id: 'Exception' });

/** What an answer cost. */
/** Whether some rows stand for more than themselves: the counts are estimates. */
export const sampled = z.boolean();

export const statistics = z
  .object({ rowsRead: z.number(), bytesRead: z.number(), milliseconds: z.number() })
  .meta({ id: 'Statistics' });
export type Statistics = z.infer<typeof statistics>;

export const errorBody = z
  .object({
    error: z.object({
      /** A code of docs/manual/errors.md. */
      code: z.string(),
      message: z.string(),
      /** For invalid requests: where. */
      issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      retryAfterSeconds: z.number().optional(),
      requestId: z.string().optional(),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorBody = z.infer<typeof errorBody>;
