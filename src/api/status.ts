import { z } from 'zod';
import { nanos } from './common.ts';

export const statusResponse = z
  .object({
    version: z.string(),
    node: z.string(),
    started: nanos,
    now: nanos,
    /** Everything that was asked to listen; `address` is the real one (HOST:PORT) when it is open. */
    addresses: z.array(
      z.object({
        name: z.string(),
        address: z.string(),
        url: z.string().optional(),
        state: z.enum(['open', 'failed']),
        reason: z.string().optional(),
      }),
    ),
    ready: z.boolean(),
    /** What does not work as it should at the moment, one sentence each; empty is good. */
    degraded: z.array(z.object({ component: z.string(), reason: z.string() })),
    store: z.object({ state: z.enum(['starting', 'up', 'down']), restarts: z.number(), pid: z.number().optional() }),
    /** Live tails that are open. */
    tails: z.number(),
    /** Whether anything was ever received from others. */
    hasData: z.boolean(),
  })
  .meta({ id: 'StatusResponse' });
export type StatusResponse = z.infer<typeof statusResponse>;

/** What to paste into a Python service, with the addresses that are really open. */
export const firstStepsResponse = z
  .object({
    steps: z.array(
      z.object({
        id: z.string(),
        /** sh, python, yaml. */
        language: z.string(),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'FirstStepsResponse' });
export type FirstStepsResponse = z.infer<typeof firstStepsResponse>;
