// How a block becomes files that the engine reads.
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { BlockFile } from './block-sink.ts';

export interface BlockWriter {
  /**
   * Writes every table of the block that has rows as one file of `folder`, their names beginning with `name`; the files need
   * no sync. The block must not change until it resolves; then its memory is free for other rows. Blocks are written in their order,
   * one after the other; one that could not be written is written again under the same name before the next.
   * `only`: some tables of a block that was written before.
   */
  write(block: TelemetryBlock, folder: string, name: string, only?: readonly string[]): Promise<BlockFile[]>;
}
