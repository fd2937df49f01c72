// The series budget at a start: it is in force once it knows every series that was acknowledged before; until then nothing is refused.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../base/log.ts';
import type { SeriesBudget } from '../ingest/budget/series-budget.ts';
import type { RequestRunner } from '../storage/clickhouse/engine.ts';
import { readNativeBlocks } from '../storage/clickhouse/native/decode-native.ts';
import type { QueryLimits } from '../storage/ports/query-result.ts';

const DAY_MS = 86_400_000;
const LOW_BITS = 32;
const RETRY_MS = 5000;
const limits: QueryLimits = { milliseconds: 120_000, memoryBytes: 1 << 30, resultRows: 100_000_000 };

export interface KnownSeriesParts {
  readonly budget: SeriesBudget;
  readonly runner: RequestRunner;
  /** Resolves when the engine has everything that was acknowledged before. */
  readonly flush: () => Promise<void>;
  readonly log: Log;
}

async function learnSeries({ budget, runner, flush }: KnownSeriesParts): Promise<void> {
  await flush();
  const today = Math.floor(Date.now() / DAY_MS);
  const { bytes } = await runner.run({ kind: 'known-series', fromDay: today - 1 }, { limits });
  for (const { rows, columns } of readNativeBlocks(bytes)) {
    const [series, metric, day] = columns.map(({ data }) => data) as [BigUint64Array, readonly string[], Uint32Array];
    for (let row = 0; row < rows; row++) {
      const one = series[row]!;
      const [low, high] = [Number(BigInt.asIntN(32, one)), Number(BigInt.asIntN(32, one >> BigInt(LOW_BITS)))];
      budget.learn(metric[row]!, low, high, Math.min(day[row]!, today));
    }
    // Requests go on between two blocks.
    await new Promise((resolve) => setImmediate(resolve));
  }
  budget.enforce();
}

/** Begins to read the series; tries again while the engine is away. Returns what stops it. */
export function enforceSeriesBudget(parts: KnownSeriesParts): () => void {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        return await learnSeries(parts);
      } catch (error) {
        if (stop.signal.aborted) return;
        parts.log.warn(`the series budget is not in force yet, will be tried again: ${(error as Error).message}`);
      }
      await sleep(RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  void run();
  return () => stop.abort();
}
