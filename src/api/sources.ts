// What sends, how much, and what became of it.
import { z } from 'zod';
import { nanos } from './common.ts';

/** Rows; received = stored + sampledAway + quarantined + refused + deduplicated + expired + inSpool. */
export const ledgerCounts = z
  .object({
    received: z.number(),
    stored: z.number(),
    sampledAway: z.number(),
    quarantined: z.number(),
    refused: z.number(),
    deduplicated: z.number(),
    /** Older than the retention when it came. */
    expired: z.number(),
    /** Acknowledged and durable, and not yet in the engine. */
    inSpool: z.number(),
    /** Among the rows that are kept: those whose time lay in the future and became the arrival time. */
    clamped: z.number(),
  })
  .meta({ id: 'LedgerCounts' });
export type LedgerCounts = z.infer<typeof ledgerCounts>;

export const source = z
  .object({
    /** otlp/grpc, tail:/var/log/app.log, scrape:job/instance … */
    source: z.string(),
    firstSeen: nanos.optional(),
    lastSeen: nanos.optional(),
    /** Over the last minute. */
    rowsPerSecond: z.number(),
    ledger: ledgerCounts,
    /** How naive local times of this source are read, and why. */
    clock: z.object({ zone: z.string(), reason: z.string() }).optional(),
    /** The newest first, few. */
    lastErrors: z.array(z.object({ time: nanos, reason: z.string(), sample: z.string() })),
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof source>;

/** A metric that has come to its series budget: new series of it are refused. */
export const budgetBreach = z
  .object({
    metric: z.string(),
    limit: z.number(),
    /** Series that it has. */
    series: z.number(),
    /** Samples of new series that were refused since then. */
    refused: z.number(),
    /** The label with the most values among the newest series; '' while none stands out. */
    label: z.string(),
    /** A few of its newest values. */
    values: z.array(z.string()),
    since: nanos,
  })
  .meta({ id: 'BudgetBreach' });
export type BudgetBreach = z.infer<typeof budgetBreach>;
export const sourcesResponse = z
  .object({
    sources: z.array(source),
    /** The most refused first, few. */
    budgetBreaches: z.array(budgetBreach),
  })
  .meta({ id: 'SourcesResponse' });
export type SourcesResponse = z.infer<typeof sourcesResponse>;

export const ledgerResponse = z
  .object({
    total: ledgerCounts,
    sources: z.array(z.object({ source: z.string(), counts: ledgerCounts })),
    /** received − all the others of `total`; anything but 0 is a fault of this program. */
    difference: z.number(),
  })
  .meta({ id: 'LedgerResponse' });
export type LedgerResponse = z.infer<typeof ledgerResponse>;
