// The frame kind `lines`: log records of files, TCP and standard input.
import { codedError, type ErrorTable } from '../../base/coded-error.ts';
import { LineDecoder } from '../../pipeline/lines/line-decoder.ts';
import type { DecodeContext, DecodeOutcome, FrameKind } from '../intake.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { readLineIndex } from './frame-body.ts';

export const lineErrors = {
  LINES_BODY: {
    status: 400,
    text: (bytes: number) => `expected a frame of lines, got ${bytes} bytes whose record lengths do not add up`,
  },
} satisfies ErrorTable;

const decoder = new LineDecoder();

function decode(body: Uint8Array, context: DecodeContext, block: TelemetryBlock): DecodeOutcome {
  const index = readLineIndex(body);
  if (index === undefined) throw codedError(lineErrors, 'LINES_BODY', body.length);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  decoder.begin(block, context, body.subarray(index.start));
  const { count, lengths } = index;
  let expired = 0;
  let at = index.start;
  for (let record = 0; record < count; record++) {
    const end = at + lengths[record]!;
    if (decoder.decode(body, view, at, end) === 'expired') expired++;
    at = end + 1;
  }
  const counts = { quarantined: 0, refused: 0, sampledAway: 0, expired, clamped: decoder.clamped };
  return { counts: { received: count, stored: count - expired, ...counts }, quarantine: [] };
}

export const linesFrame: FrameKind = { name: 'lines', decode };
