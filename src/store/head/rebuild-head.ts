// Fills the head from the tables when the store starts: the series of the last days, then the newest samples.
import { decodeNative } from '../../storage/clickhouse/native/decode-native.ts';
import type { RequestRunner } from '../../storage/clickhouse/engine.ts';
import type { HotHead } from './hot-head.ts';
import { headLoadLimits, loadSamplesAnswer, loadSeriesAnswer } from './load-answer.ts';

const DAY_MS = 86_400_000;
/** Days before today whose series are loaded. */
const INDEXED_DAYS = 1;
/** Samples older than this are left in the tables. */
const LOADED_MS = 2 * 3_600_000;
const SLICE_MS = 300_000;
/** Samples that are loaded at most: half of what the head holds, so that there is room for new ones. */
const LOADED_SHARE = 0.5;
const limits = headLoadLimits;

/** Resolves when the head has what the tables have. Queries meanwhile read the tables. */
export async function rebuildHead(head: HotHead, runner: RequestRunner, nowMs: number): Promise<void> {
  const fromDay = Math.floor(nowMs / DAY_MS) - INDEXED_DAYS;
  const firstDay = await findFirstDay(runner);
  await loadSeriesAnswer(head, (await runner.run({ kind: 'series-rows', fromDay }, { limits })).bytes);
  // What the tables do not have needs no looking up.
  head.indexed(firstDay >= fromDay ? -Infinity : fromDay);
  const fromMs = await loadSamples(head, runner, nowMs - LOADED_MS);
  head.loaded(firstDay * DAY_MS >= fromMs ? -Infinity : fromMs);
}

/** The first day with series; Infinity when the tables are empty. */
export async function findFirstDay(runner: RequestRunner): Promise<number> {
  const { columns } = decodeNative((await runner.run({ kind: 'first-series-day' }, { limits })).bytes);
  return Number(columns['c1']?.[0] ?? 0) === 0 ? Infinity : Number(columns['c0']![0]);
}

/** Loads slice by slice, oldest first; resolves to the time from which on all samples are in the head. */
async function loadSamples(head: HotHead, runner: RequestRunner, earliestMs: number): Promise<number> {
  const request = { kind: 'sample-counts', fromMillis: earliestMs, widthMillis: SLICE_MS } as const;
  const { columns } = decodeNative((await runner.run(request, { limits })).bytes);
  const starts = Array.from((columns['c0'] as BigInt64Array | undefined) ?? [], Number);
  const counts = Array.from((columns['c1'] as BigUint64Array | undefined) ?? [], Number);
  let first = starts.length;
  let room = head.maxSamples * LOADED_SHARE;
  while (first > 0 && room >= counts[first - 1]!) room -= counts[--first]!;
  for (const start of starts.slice(first)) {
    const selection = { matchers: [], fromMillis: start, toMillis: start + SLICE_MS - 1 };
    const answer = await runner.run({ kind: 'stored-samples', selection, series: 'all' }, { limits });
    await loadSamplesAnswer(head, answer.bytes);
  }
  // Without a single slice that had to be left out, there is nothing between the bound and the first.
  return first === 0 ? earliestMs : (starts[first] ?? starts[first - 1]! + SLICE_MS);
}
