// A block whose frames the head was not told of (from before its start, from a time when the front could not tell): its files are
// read by the engine, off the event loop, before they are inserted, so that the head has everything that the tables have.
import type { RequestRunner } from '../../storage/clickhouse/engine.ts';
import type { BlockFile } from '../../storage/ports/block-sink.ts';
import type { HotHead } from './hot-head.ts';
import { headLoadLimits, loadSamplesAnswer, loadSeriesAnswer } from './load-answer.ts';

/** First and last frame of a block by its token, INGESTER-FIRST-LAST; undefined when it has another form. */
function framesOf(token: string): { readonly first: number; readonly last: number } | undefined {
  const found = /^[0-9a-f]+-(\d+)-(\d+)$/.exec(token);
  return found === null ? undefined : { first: Number(found[1]), last: Number(found[2]) };
}

/** Brings the block into the head, unless the head was fed with its frames. */
export async function takeBlock(
  head: HotHead,
  runner: RequestRunner,
  token: string,
  files: readonly BlockFile[],
): Promise<void> {
  const samples = files.find(({ table }) => table === 'samples');
  const frames = framesOf(token);
  if (samples === undefined || (frames !== undefined && head.hasFrames(frames.first, frames.last))) return;
  const series = files.find(({ table }) => table === 'series');
  const limits = headLoadLimits;
  if (series !== undefined)
    await loadSeriesAnswer(head, (await runner.run({ kind: 'block-series', path: series.path }, { limits })).bytes);
  await loadSamplesAnswer(head, (await runner.run({ kind: 'block-samples', path: samples.path }, { limits })).bytes);
}
