// The storage ports as the API uses them: every call passes the gate, and asks for what has just come in to be made visible.
import type { LogStore, MetricStore, QueryOptions, TraceStore } from '../../storage/ports/telemetry-store.ts';
import type { QueryGate } from './query-gate.ts';

export interface TelemetryStores {
  readonly logs: LogStore;
  readonly traces: TraceStore;
  readonly metrics: MetricStore;
}

/** `freshen` is called before each query and must not wait. */
export function gateStores(
  { logs, traces, metrics }: TelemetryStores,
  gate: QueryGate,
  freshen: () => void,
): TelemetryStores {
  const pass = <T>(query: () => Promise<T>, options?: QueryOptions): Promise<T> => {
    freshen();
    return gate.run(query, options?.signal);
  };
  return {
    logs: { query: (plan, options) => pass(() => logs.query(plan, options), options) },
    traces: {
      query: (plan, options) => pass(() => traces.query(plan, options), options),
      rangeOf: (traceId, options) => pass(() => traces.rangeOf(traceId, options), options),
    },
    metrics: {
      series: (matchers, from, to, limit, options) =>
        pass(() => metrics.series(matchers, from, to, limit, options), options),
      samples: (matchers, from, to, options) => pass(() => metrics.samples(matchers, from, to, options), options),
      metrics: (from, to, options) => pass(() => metrics.metrics(from, to, options), options),
      labelValues: (label, matchers, from, to, options) =>
        pass(() => metrics.labelValues(label, matchers, from, to, options), options),
    },
  };
}
