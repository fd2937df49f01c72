// The storage ports as the API uses them: every call asks for what has just come in to be made visible, and does not wait for it.
import type { QueryRunner } from '../../query/promql/query-runner.ts';
import type { LogStore, MetricStore, TraceStore } from '../../storage/ports/telemetry-store.ts';

export interface TelemetryStores {
  readonly logs: LogStore;
  readonly traces: TraceStore;
  readonly metrics: MetricStore;
  /** PromQL. */
  readonly queries: QueryRunner;
}

/** `freshen` is called before each query. */
export function freshStores({ logs, traces, metrics, queries }: TelemetryStores, freshen: () => void): TelemetryStores {
  const fresh = <Arguments extends readonly unknown[], T>(
    query: (...values: Arguments) => Promise<T>,
  ): ((...values: Arguments) => Promise<T>) => {
    return (...values) => {
      freshen();
      return query(...values);
    };
  };
  return {
    logs: { query: fresh((plan, options) => logs.query(plan, options)) },
    traces: {
      query: fresh((plan, options) => traces.query(plan, options)),
      rangeOf: fresh((traceId, options) => traces.rangeOf(traceId, options)),
      edges: fresh((range, limit, options) => traces.edges(range, limit, options)),
    },
    // The hot head has what is newest.
    queries,
    metrics: {
      series: fresh((matchers, from, to, limit, options) => metrics.series(matchers, from, to, limit, options)),
      samples: fresh((matchers, from, to, options) => metrics.samples(matchers, from, to, options)),
      exemplars: fresh((matchers, from, to, limit, options) => metrics.exemplars(matchers, from, to, limit, options)),
      metrics: fresh((from, to, options) => metrics.metrics(from, to, options)),
      labelValues: fresh((label, matchers, from, to, options) =>
        metrics.labelValues(label, matchers, from, to, options),
      ),
    },
  };
}
