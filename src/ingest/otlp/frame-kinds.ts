// The kinds of frame that OTLP brings: the signals, each in both encodings.
import {
  decodeLogsJson,
  decodeLogsProtobuf,
  decodeMetricsJson,
  decodeMetricsProtobuf,
  decodeTracesJson,
  decodeTracesProtobuf,
  type ExportDecoder,
} from '../../formats/otlp/decode-export.ts';
import type { FrameKind } from '../intake.ts';

function frameKind(name: string, decode: ExportDecoder): FrameKind {
  return { name, decode: (body, context, block) => decode(body, context, block) };
}

export const otlpFrameKinds: readonly FrameKind[] = [
  frameKind('otlp-logs-protobuf', decodeLogsProtobuf),
  frameKind('otlp-logs-json', decodeLogsJson),
  frameKind('otlp-traces-protobuf', decodeTracesProtobuf),
  frameKind('otlp-traces-json', decodeTracesJson),
  frameKind('otlp-metrics-protobuf', decodeMetricsProtobuf),
  frameKind('otlp-metrics-json', decodeMetricsJson),
];
