// Every acknowledged frame as columns, in order: live tail, log alerts, hot head, rates.
import type { UnixNanos } from '../../model/units.ts';
import type { BlockMark } from '../../model/block-mark.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';

export interface TappedFrame {
  readonly number: number;
  readonly source: string;
  readonly received: UnixNanos;
  /** Its rows in each batch of the block: from these row counts … */
  readonly from: BlockMark;
  /** … up to these. */
  readonly to: BlockMark;
}

export interface Tap {
  /** Called when the frame is durable. `block` holds the rows during the call only; what is wanted later is copied. */
  accepted(block: TelemetryBlock, frame: TappedFrame): void;
}
