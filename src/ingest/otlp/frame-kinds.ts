// The kinds of frame that OTLP brings: the signals, each in both encodings.
import { decodeLogsProtobuf, decodeTracesProtobuf, type ExportDecoder } from '../../formats/otlp/decode-export.ts';
import type { FrameKind } from '../intake.ts';

function frameKind(name: string, decode: ExportDecoder): FrameKind {
  return { name, decode: (body, context, block) => decode(body, context, block) };
}

export const otlpFrameKinds: readonly FrameKind[] = [
  frameKind('otlp-logs-protobuf', decodeLogsProtobuf),
  frameKind('otlp-traces-protobuf', decodeTracesProtobuf),
];
