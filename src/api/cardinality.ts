// Where the series come from, and which are new.
import { z } from 'zod';
import { nanos } from './common.ts';

export const cardinalityQuery = z
  .object({
    /** Entries of each list. */
    limit: z.coerce.number().int().min(1).max(10_000).default(10),
  })
  .meta({ id: 'CardinalityQuery' });
export type CardinalityQuery = z.infer<typeof cardinalityQuery>;

/** The largest first. */
const counts = z.array(z.object({ name: z.string(), count: z.number() }));
const newSeries = z.object({ series: z.number(), metrics: counts });

export const cardinalityResponse = z
  .object({
    /** Series with samples on the days from `from` on. */
    series: z.number(),
    from: nanos,
    /** Different label=value pairs. */
    labelPairs: z.number(),
    /** Metrics by their series. */
    metrics: counts,
    /** Labels by their values. */
    labels: counts,
    /** Labels by the bytes of their values, each counted for every series that has it. */
    labelBytes: counts,
    /** label=value by the series that have it. */
    pairs: counts,
    /** Memory that the index of the series takes; absent, as `growth` is, while it is being filled and where there is none. */
    indexBytes: z.number().optional(),
    /** Series that the index had not seen before, counted from `since` on: what came earlier is not among them. */
    growth: z.object({ since: nanos, lastHour: newSeries, lastDay: newSeries }).optional(),
  })
  .meta({ id: 'CardinalityResponse' });
export type CardinalityResponse = z.infer<typeof cardinalityResponse>;
