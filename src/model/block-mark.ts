// How far every batch of a block has come: to cut a block back, and to say which rows belong to a frame.
import type { TelemetryBlock } from './telemetry-block.ts';

const BATCHES = [
  'resources',
  'streams',
  'logs',
  'spans',
  'series',
  'samples',
  'histograms',
  'exemplars',
  'metadata',
] as const satisfies readonly (keyof TelemetryBlock)[];

/** Row counts of a block's batches. */
export type BlockMark = Readonly<Record<(typeof BATCHES)[number], number>>;

export function markBlock(block: TelemetryBlock): BlockMark {
  const { resources, streams, logs, spans, series, samples, histograms, exemplars, metadata } = block;
  return {
    resources: resources.rows,
    streams: streams.rows,
    logs: logs.rows,
    spans: spans.rows,
    series: series.rows,
    samples: samples.rows,
    histograms: histograms.rows,
    exemplars: exemplars.rows,
    metadata: metadata.rows,
  };
}

/** Cuts every batch back to the mark. */
export function truncateBlock(block: TelemetryBlock, mark: BlockMark): void {
  for (const name of BATCHES) block[name].truncate(mark[name]);
}

/** Size of the block's contents in memory. */
export function blockBytes(block: TelemetryBlock): number {
  return BATCHES.reduce((sum, name) => sum + block[name].bytes, 0);
}
