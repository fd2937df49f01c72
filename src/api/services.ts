import { z } from 'zod';
import { nanos, sampled, statistics, timeRange } from './common.ts';
import { spanKinds } from './traces.ts';

export const servicesQuery = timeRange.meta({ id: 'ServicesQuery' });
export type ServicesQuery = z.infer<typeof servicesQuery>;
export const servicesResponse = z
  .object({
    services: z.array(
      z.object({
        service: z.string(),
        logs: z.number(),
        spans: z.number(),
        spanErrors: z.number(),
        logErrors: z.number(),
      }),
    ),
    sampled,
    statistics,
  })
  .meta({ id: 'ServicesResponse' });
export type ServicesResponse = z.infer<typeof servicesResponse>;

export const operationsQuery = timeRange
  .extend({
    service: z.string().max(500).optional(),
    kind: z.enum(spanKinds).optional(),
    limit: z.coerce.number().int().min(1).max(5000).default(500),
    /** Pieces of the series over time; none without it. A piece is at least a minute. */
    buckets: z.coerce.number().int().min(0).max(200).default(0),
  })
  .meta({ id: 'OperationsQuery' });
export type OperationsQuery = z.infer<typeof operationsQuery>;

/** Durations (ns) that a share of the spans does not exceed, within 6.25 %. */
const quantiles = { p50: nanos, p95: nanos, p99: nanos };

export const operation = z
  .object({
    service: z.string(),
    operation: z.string(),
    kind: z.enum(spanKinds),
    spans: z.number(),
    /** Spans a second. */
    rate: z.number(),
    errors: z.number(),
    /** ns. */
    mean: nanos,
    ...quantiles,
    /** Spans and errors of each piece of the range. */
    series: z.object({ spans: z.array(z.number()), errors: z.array(z.number()) }).optional(),
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof operation>;

export const operationsResponse = z
  .object({
    /** Those with the most spans first. */
    operations: z.array(operation),
    /** Whether there are more than `limit`. */
    truncated: z.boolean(),
    /** Where the first piece of the series begins, and how long a piece is. */
    series: z.object({ start: nanos, interval: nanos }).optional(),
    sampled,
    statistics,
  })
  .meta({ id: 'OperationsResponse' });
export type OperationsResponse = z.infer<typeof operationsResponse>;

export const nodeKinds = ['service', 'database', 'queue', 'external'] as const;
export const linkKinds = ['call', 'message', 'database', 'publish', 'consume', 'external'] as const;

export const serviceGraphQuery = timeRange
  .extend({ limit: z.coerce.number().int().min(1).max(5000).default(1000) })
  .meta({ id: 'ServiceGraphQuery' });
export type ServiceGraphQuery = z.infer<typeof serviceGraphQuery>;

export const serviceNode = z
  .object({
    /** KIND:NAME */
    id: z.string(),
    kind: z.enum(nodeKinds),
    name: z.string(),
    /** Calls that it answered, and how many of them failed. */
    calls: z.number(),
    errors: z.number(),
    /** Calls a second. */
    rate: z.number(),
    /** Of these, those that nothing called, and those whose client was not seen. */
    entries: z.number(),
    unknownClients: z.number(),
    /** Calls that it made to a side that was not seen and that it does not name. */
    unknownServers: z.number(),
  })
  .meta({ id: 'ServiceNode' });
export type ServiceNode = z.infer<typeof serviceNode>;

export const serviceLink = z
  .object({
    /** Ids of nodes. */
    from: z.string(),
    to: z.string(),
    kind: z.enum(linkKinds),
    calls: z.number(),
    /** Calls a second. */
    rate: z.number(),
    errors: z.number(),
    mean: nanos,
    ...quantiles,
  })
  .meta({ id: 'ServiceLink' });
export type ServiceLink = z.infer<typeof serviceLink>;

export const serviceGraphResponse = z
  .object({
    /** The whole minutes that the range touches. */
    from: nanos,
    to: nanos,
    nodes: z.array(serviceNode),
    /** Those with the most calls first. */
    links: z.array(serviceLink),
    truncated: z.boolean(),
    sampled,
    statistics,
  })
  .meta({ id: 'ServiceGraphResponse' });
export type ServiceGraphResponse = z.infer<typeof serviceGraphResponse>;
