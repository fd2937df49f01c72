// Decodes a frame into a block, whole or not at all; the same at arrival and at replay.
import { CodedError } from '../base/coded-error.ts';
import { markBlock, truncateBlock } from '../model/block-mark.ts';
import type { BlockMark } from '../model/block-mark.ts';
import type { TelemetryBlock } from '../model/telemetry-block.ts';
import type { DecodeContext, DecodeOutcome, FrameKind } from './intake.ts';
import { MAX_ROWS_A_FRAME, stampRows } from './row-stamp.ts';

export interface DecodedFrame {
  readonly outcome: DecodeOutcome;
  readonly from: BlockMark;
  readonly to: BlockMark;
}

/** Appends the frame's rows to `block`; when the decoder throws, the block is as it was. */
export function decodeFrame(
  kind: FrameKind,
  body: Uint8Array,
  context: DecodeContext,
  block: TelemetryBlock,
  ingester: number,
  number: number,
): DecodedFrame {
  const from = markBlock(block);
  try {
    const outcome = kind.decode(body, context, block);
    block.logs.attributes.fillUp();
    block.spans.attributes.fillUp();
    const to = markBlock(block);
    const rows = Math.max(to.logs - from.logs, to.spans - from.spans);
    if (rows > MAX_ROWS_A_FRAME) {
      throw new CodedError(
        'TOO_MANY_ROWS',
        413,
        `expected at most ${MAX_ROWS_A_FRAME} rows in one request, got ${rows}: send it in smaller parts`,
      );
    }
    stampRows(block.logs, from.logs, ingester, number);
    stampRows(block.spans, from.spans, ingester, number);
    return { outcome, from, to };
  } catch (error) {
    truncateBlock(block, from);
    throw error;
  }
}
