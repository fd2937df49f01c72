// Export requests into a block. A block keeps its decoders, with what they learned (keys, resources, predictions), as long as it
// lives; what they learned changes how fast a request is decoded, never what comes out.
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { ExportContext } from './export-context.ts';
import { ExportWalker, type RowDecoder } from './export-walker.ts';
import { logsRequest, metricsRequest, tracesRequest, type JsonMessage } from './json-schema.ts';
import { transcodeJson } from './json-transcoder.ts';
import { LogDecoder } from './log-decoder.ts';
import { MetricDecoder } from './metric-decoder.ts';
import { RowTally, type RowOutcome } from './row-tally.ts';
import { SpanDecoder } from './span-decoder.ts';
import { TimeWindow } from './time-window.ts';
import { WireReader } from './wire-reader.ts';

/** Decodes one body into a block; throws a CodedError (400) when the body as a whole is broken. */
export type ExportDecoder = (body: Uint8Array, context: ExportContext, block: TelemetryBlock) => RowOutcome;

interface SignalDecoder extends RowDecoder {
  begin(window: TimeWindow, tally: RowTally, context: ExportContext): void;
  finish(): void;
}

class BlockDecoders {
  readonly reader = new WireReader();
  readonly walker = new ExportWalker(this.reader);
  readonly logs: LogDecoder;
  readonly spans: SpanDecoder;
  readonly metrics: MetricDecoder;

  constructor(block: TelemetryBlock) {
    this.logs = new LogDecoder(block, this.reader);
    this.spans = new SpanDecoder(block, this.reader);
    this.metrics = new MetricDecoder(block, this.reader);
  }
}

const NOTHING = new Uint8Array(0);
const decodersOf = new WeakMap<TelemetryBlock, BlockDecoders>();

function getDecoders(block: TelemetryBlock): BlockDecoders {
  let decoders = decodersOf.get(block);
  if (decoders === undefined) {
    decoders = new BlockDecoders(block);
    decodersOf.set(block, decoders);
  }
  return decoders;
}

function decode(
  decoders: BlockDecoders,
  signal: SignalDecoder,
  window: TimeWindow,
  context: ExportContext,
  body: Uint8Array,
  what: string,
): RowOutcome {
  const tally = new RowTally();
  signal.begin(window, tally, context);
  decoders.reader.open(body);
  try {
    decoders.walker.walk(signal);
  } finally {
    // The body must not live on in here.
    decoders.reader.open(NOTHING);
  }
  signal.finish();
  return tally.outcome(what);
}

/** ExportLogsServiceRequest in protobuf. */
export const decodeLogsProtobuf: ExportDecoder = (body, context, block) => {
  const decoders = getDecoders(block);
  const window = new TimeWindow(context.received, context.expiredBefore.logs);
  return decode(decoders, decoders.logs, window, context, body, 'log records');
};

/** ExportTraceServiceRequest in protobuf. */
export const decodeTracesProtobuf: ExportDecoder = (body, context, block) => {
  const decoders = getDecoders(block);
  const window = new TimeWindow(context.received, context.expiredBefore.spans);
  return decode(decoders, decoders.spans, window, context, body, 'spans');
};

/** ExportMetricsServiceRequest in protobuf. */
export const decodeMetricsProtobuf: ExportDecoder = (body, context, block) => {
  const decoders = getDecoders(block);
  const window = new TimeWindow(context.received, context.expiredBefore.metrics);
  return decode(decoders, decoders.metrics, window, context, body, 'data points');
};

function fromJson(request: JsonMessage, decodeProtobuf: ExportDecoder): ExportDecoder {
  return (body, context, block) => decodeProtobuf(transcodeJson(body, request), context, block);
}

/** The same requests in OTLP/JSON. */
export const decodeLogsJson: ExportDecoder = fromJson(logsRequest, decodeLogsProtobuf);
export const decodeTracesJson: ExportDecoder = fromJson(tracesRequest, decodeTracesProtobuf);
export const decodeMetricsJson: ExportDecoder = fromJson(metricsRequest, decodeMetricsProtobuf);
