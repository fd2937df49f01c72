import { z } from 'zod';

export const queryLintRequest = z
  .object({
    /** PromQL, with variables already replaced. */
    queries: z.array(z.string().max(100_000)).max(500),
  })
  .meta({ id: 'QueryLintRequest' });
export type QueryLintRequest = z.input<typeof queryLintRequest>;

const place = {
  /** UTF-16 units from the start of the query; the end is the first that does not belong to it. */
  start: z.number(),
  end: z.number(),
};

export const queryFinding = z
  .object({
    /** Name of the check (docs/manual/check.md). */
    check: z.string(),
    message: z.string(),
    ...place,
    /** What the expression, or its part at this place, was probably meant to be. */
    fix: z.string().optional(),
  })
  .meta({ id: 'QueryFinding' });
export type QueryFinding = z.infer<typeof queryFinding>;

export const queryLintResponse = z
  .object({
    /** One a query, in their order. */
    answers: z.array(
      z.object({
        /** Why it is no query, and where. */
        error: z.object({ message: z.string(), ...place }).optional(),
        /** What it says that was probably not meant. */
        findings: z.array(queryFinding),
        /** Of `x > 5`: where x stands, and the number. */
        condition: z.object({ ...place, operator: z.string(), threshold: z.number() }).optional(),
      }),
    ),
  })
  .meta({ id: 'QueryLintResponse' });
export type QueryLintResponse = z.infer<typeof queryLintResponse>;
