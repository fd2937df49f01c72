// How a block becomes files that a BlockSink takes.
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { BlockFile } from './block-sink.ts';

export interface BlockWriter {
  /** Writes every table of `block` that has rows to `folder`, one file each, named after `name`; the block may be reused when it resolves. */
  write(block: TelemetryBlock, folder: string, name: string): Promise<BlockFile[]>;
}
