// Metrics: pick one, see it over time, split it by a label, read its raw series; or write PromQL.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { Explorer } from '../panels/explorer.tsx';
import { FirstSteps, useHasNothing } from '../panels/first-steps.tsx';
import { MetricPicker } from '../panels/metric-picker.tsx';
import { MetricView } from '../panels/metric-view.tsx';
import type { MetricsSearch } from '../state/address.ts';
import { listMetrics } from '../state/api.ts';
import { MAX_QUERIES, queriesOf, queriesPatch } from '../state/explore-address.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import { useRangeClock, useRefreshWhile } from '../state/range-clock.tsx';
import { Notice } from '../widgets/notice.tsx';
import classes from './metrics-page.module.css';

const route = getRouteApi('/metrics');

export function MetricsPage() {
  const words = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { range } = useRangeClock();
  const hasNothing = useHasNothing();
  const change = useCallback(
    (patch: Partial<MetricsSearch>) => void navigate({ search: (previous) => ({ ...previous, ...patch }) }),
    [navigate],
  );
  const input = rangeInput(range);
  const names = useQuery({
    queryKey: ['metrics', input],
    queryFn: ({ signal }) => listMetrics({ ...input, limit: 20_000 }, signal),
    placeholderData: keepPreviousData,
  });
  useRefreshWhile(names.data?.metrics.length === 0);
  const metrics = names.data?.metrics ?? [];
  const queries = queriesOf(search);
  const pick = (patch: Partial<MetricsSearch>): void => {
    // While PromQL is written, a metric that is picked becomes a query of its own.
    if (patch.metric === undefined || queries.length === 0) change(patch);
    else if (queries.length < MAX_QUERIES)
      change(
        queriesPatch(
          [...queries.map(({ text }) => text), patch.metric],
          queries.map(({ isHidden }) => isHidden),
        ),
      );
  };
  const chosen = metrics.find((entry) => entry.metric === search.metric);
  if (hasNothing) return <FirstSteps />;
  return (
    <div className={classes.page}>
      <aside className={classes.side} aria-label={words.metrics}>
        <MetricPicker
          metrics={metrics}
          find={search.find ?? ''}
          chosen={search.metric}
          isPending={names.isPending}
          onChange={pick}
        />
      </aside>
      <section className={`${classes.main} scroll`} aria-label={search.metric ?? words.metrics}>
        {names.error !== null && <Notice tone="error">{names.error.message}</Notice>}
        {queries.length > 0 || search.metric === undefined ? (
          <Explorer search={search} onChange={change} />
        ) : (
          <MetricView
            key={search.metric}
            metric={search.metric}
            type={chosen?.type ?? ''}
            unit={chosen?.unit ?? ''}
            help={chosen?.help ?? ''}
            search={search}
            onChange={change}
          />
        )}
      </section>
    </div>
  );
}
