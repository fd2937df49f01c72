// What the series budget says of itself at /metrics.
import type { SeriesBudget, SeriesBreach } from '../../ingest/budget/series-budget.ts';
import type { MetricRegistry, Reading } from './metric-registry.ts';

/** Metrics named at a time; the most refused ones. */
const MAX_NAMED = 100;

export function addBudgetMetrics(registry: MetricRegistry, budget: SeriesBudget): void {
  const readings = (value: (breach: SeriesBreach) => number): Reading[] =>
    budget
      .breaches()
      .slice(0, MAX_NAMED)
      .map((breach) => [[breach.metric, breach.label], value(breach)] as const);
  registry.reading(
    'gauge',
    'holter_series_budget_in_force',
    'Whether the series that are stored are known, so that new ones beyond a budget are refused',
    [],
    () => [[[], budget.isInForce ? 1 : 0]],
  );
  registry.reading(
    'gauge',
    'holter_series_budget_exceeded_series',
    'Series of a metric that has come to its budget; label_name has the most values among the newest ones',
    ['metric', 'label_name'],
    () => readings(({ series }) => series),
  );
  registry.reading(
    'counter',
    'holter_series_budget_refused_samples_total',
    'Samples of new series that were refused since the metric came to its budget',
    ['metric'],
    () =>
      budget
        .breaches()
        .slice(0, MAX_NAMED)
        .map(({ metric, refused }) => [[metric], refused] as const),
  );
}
