import { z } from 'zod';

export const storageResponse = z
  .object({
    /** Bytes on disk, compressed. */
    tables: z.array(
      z.object({
        table: z.string(),
        rows: z.number(),
        bytes: z.number(),
        /** Columns but `raw`; with `textIndexBytes` and `rawBytes` it makes `bytes`, up to marks and small files. */
        columnBytes: z.number(),
        textIndexBytes: z.number(),
        rawBytes: z.number(),
      }),
    ),
    partitions: z.array(
      z.object({
        table: z.string(),
        /** YYYY-MM-DD. */
        day: z.string(),
        retention: z.number(),
        rows: z.number(),
        bytes: z.number(),
      }),
    ),
    spool: z.object({ bytes: z.number(), budgetBytes: z.number(), segments: z.number() }),
    disk: z.object({ path: z.string(), totalBytes: z.number(), freeBytes: z.number() }),
    /** How long each signal is kept, in seconds. */
    retention: z.object({ logs: z.number(), traces: z.number(), metrics: z.number() }),
  })
  .meta({ id: 'StorageResponse' });
export type StorageResponse = z.infer<typeof storageResponse>;
