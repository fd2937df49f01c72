// EXPLAIN of a PromQL query: it is evaluated, and what it took is told.
import { z } from 'zod';
import { duration, nanos, timePoint } from './common.ts';

export const explainRequest = z
  .object({
    query: z.string().min(1).max(100_000),
    /** Without a step the query is evaluated at `to`. */
    from: timePoint.optional(),
    to: timePoint.default('now'),
    step: duration.optional(),
  })
  .meta({ id: 'ExplainRequest' });
export type ExplainRequest = z.input<typeof explainRequest>;

export const explainResponse = z
  .object({
    /** Reads of storage. */
    plan: z.array(
      z.object({
        matchers: z.string(),
        from: nanos,
        to: nanos,
        series: z.number(),
        samples: z.number(),
        milliseconds: z.number(),
      }),
    ),
    /** Expressions, outer before inner; `milliseconds` include those of the inner ones. */
    stages: z.array(
      z.object({
        depth: z.number(),
        expression: z.string(),
        milliseconds: z.number(),
        series: z.number(),
        samples: z.number(),
      }),
    ),
    samplesRead: z.number(),
    /** Most samples in memory at once. */
    peakSamples: z.number(),
    /** Series and samples of the result. */
    series: z.number(),
    samples: z.number(),
    /** From asking to having the result. */
    milliseconds: z.number(),
    warnings: z.array(z.string()),
    infos: z.array(z.string()),
  })
  .meta({ id: 'ExplainResponse' });
export type ExplainResponse = z.infer<typeof explainResponse>;
