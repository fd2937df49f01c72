import { z } from 'zod';
import { nanos, sampled, statistics, timeRange } from './common.ts';

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
  .extend({ service: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(5000).default(500) })
  .meta({ id: 'OperationsQuery' });
export type OperationsQuery = z.infer<typeof operationsQuery>;
export const operationsResponse = z
  .object({
    operations: z.array(
      z.object({
        service: z.string(),
        operation: z.string(),
        spans: z.number(),
        errors: z.number(),
        p50: nanos,
        p95: nanos,
        p99: nanos,
      }),
    ),
    sampled,
    statistics,
  })
  .meta({ id: 'OperationsResponse' });
export type OperationsResponse = z.infer<typeof operationsResponse>;
