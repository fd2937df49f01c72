/** What differs between the three signals on the wire; encodings are handled alike for all. */
export interface OtlpSignal {
  readonly name: 'logs' | 'traces' | 'metrics';
  /** Path of the HTTP transport. */
  readonly path: string;
  /** Service of the gRPC transport; its one method is Export. */
  readonly service: string;
  /** JSON name of the count of rejected rows in a partial success. */
  readonly rejectedName: string;
}

export const otlpSignals: readonly OtlpSignal[] = [
  {
    name: 'logs',
    path: '/v1/logs',
    service: 'opentelemetry.proto.collector.logs.v1.LogsService',
    rejectedName: 'rejectedLogRecords',
  },
  {
    name: 'traces',
    path: '/v1/traces',
    service: 'opentelemetry.proto.collector.trace.v1.TraceService',
    rejectedName: 'rejectedSpans',
  },
  {
    name: 'metrics',
    path: '/v1/metrics',
    service: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
    rejectedName: 'rejectedDataPoints',
  },
];

/** The frame kind that decodes a signal in an encoding. */
export function frameKindName(signal: OtlpSignal, encoding: 'protobuf' | 'json'): string {
  return `otlp-${signal.name}-${encoding}`;
}
