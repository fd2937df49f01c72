// Traces: which took how long, which failed; a list and its picture.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { FirstSteps, useIsEmpty } from '../panels/first-steps.tsx';
import { OperationsView } from '../panels/operations-view.tsx';
import { ServiceFacets } from '../panels/service-facets.tsx';
import { ServiceGraphView } from '../panels/service-graph-view.tsx';
import { TraceFilters } from '../panels/trace-filters.tsx';
import { TraceList } from '../panels/trace-list.tsx';
import { TraceViews } from '../panels/trace-views.tsx';
import type { TracesSearch } from '../state/address.ts';
import { formatCurl, searchTraces } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import { parseQuery, selectionOf } from '../state/query-text.ts';
import { useRangeClock, useRefreshWhile } from '../state/range-clock.tsx';
import { useTraceSample } from '../state/trace-sample.ts';
import { absoluteRange } from '../state/time-range.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatMark } from '../widgets/duration-scale.ts';
import { formatCount, formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { ScatterPlot } from '../widgets/scatter-plot.tsx';
import classes from './traces-page.module.css';

const PAGE_TRACES = 200;
const PLOT_HEIGHT = 170;

/** Nanoseconds as milliseconds with three figures, as the address holds them. */
const toMillis = (nanos: number): string => String(Number((nanos / 1e6).toPrecision(3)));

const route = getRouteApi('/traces');

export function TracesPage() {
  const words = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { range, setRange } = useRangeClock();
  const isEmpty = useIsEmpty();
  const [active, setActive] = useState(-1);
  const change = useCallback(
    (patch: Partial<TracesSearch>) => void navigate({ search: (previous) => ({ ...previous, ...patch }) }),
    [navigate],
  );
  const input = useMemo(
    () => ({
      ...rangeInput(range),
      filters: selectionOf(parseQuery(search.attribute ?? '')).selection.filters,
      ...(search.service !== undefined && { service: search.service }),
      ...(search.operation !== undefined && { operation: search.operation }),
      ...(search.status !== undefined && { status: search.status }),
      ...(search.min !== undefined && { minDuration: `${search.min}ms` }),
      ...(search.max !== undefined && { maxDuration: `${search.max}ms` }),
    }),
    [range, search],
  );
  const pages = useInfiniteQuery({
    queryKey: ['traces', input],
    queryFn: ({ pageParam, signal }) =>
      searchTraces({ ...input, limit: PAGE_TRACES, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    enabled: search.view === undefined,
  });
  useRefreshWhile(pages.data?.pages[0]?.traces.length === 0);
  const traces = useMemo(() => {
    const found = pages.data?.pages.flatMap((page) => page.traces) ?? [];
    return search.order === 'slowest'
      ? found.toSorted((one, other) => Number(other.duration) - Number(one.duration))
      : found;
  }, [pages.data, search.order]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = pages;
  const sample = useTraceSample(input, hasNextPage);
  const points = useMemo(() => {
    const all = hasNextPage ? [...traces, ...sample] : traces;
    return [...new Map(all.map((trace) => [trace.traceId, trace])).values()].map((trace) => ({
      id: trace.traceId,
      x: Number(BigInt(trace.start) / 1000n) / 1000,
      y: Number(trace.duration),
      isWrong: trace.errors > 0,
    }));
  }, [traces, sample, hasNextPage]);
  const open = (traceId: string): void => void navigate({ to: '/traces/$traceId', params: { traceId }, search: {} });
  const failed = points.filter((point) => point.isWrong).length;
  const statistics = pages.data?.pages[0]?.statistics;

  if (isEmpty) return <FirstSteps />;
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <TraceViews view={search.view} onChange={(view) => change({ view, sort: undefined })} />
        {search.view === undefined && <TraceFilters search={search} isReady={!pages.isPending} onChange={change} />}
      </div>
      {search.view === undefined && (
        <aside className={classes.side} aria-label={words.facets}>
          <ServiceFacets
            range={range}
            service={search.service}
            operation={search.operation}
            isReady={!pages.isPending}
            onChange={change}
          />
        </aside>
      )}
      {search.view === 'operations' && <OperationsView range={range} search={search} onChange={change} />}
      {search.view === 'graph' && <ServiceGraphView range={range} search={search} onChange={change} />}
      {search.view === undefined && (
        <section className={classes.middle} aria-label={words.traces}>
          <div className={classes.plot}>
            <ScatterPlot
              label={words.durationPlot(formatCount(points.length), formatCount(failed))}
              points={points}
              from={range.fromMillis}
              to={range.toMillis}
              height={PLOT_HEIGHT}
              active={traces[active]?.traceId}
              note={hasNextPage ? words.pictureIsSample : undefined}
              formatY={formatMark}
              onPick={open}
              onBox={(from, to, low, high) => {
                change({ min: toMillis(low), max: toMillis(high) });
                setRange(absoluteRange(from, to));
              }}
            />
          </div>
          <div className={classes.head}>
            <span>{pages.isPending ? words.loading : words.tracesFound(formatCount(traces.length), hasNextPage)}</span>
            {failed > 0 && <span className="wrong">{words.tracesFailed(formatCount(failed))}</span>}
            {hasNextPage && (
              <button
                type="button"
                className="button"
                data-small
                disabled={isFetchingNextPage}
                onClick={() => void fetchNextPage()}
              >
                {words.loadMore}
              </button>
            )}
            <span className={classes.space} />
            {statistics !== undefined && (
              <span className={`${classes.cost} faint`}>
                {words.costShort(formatShort(statistics.rowsRead), statistics.milliseconds.toFixed(0))}
              </span>
            )}
            <button
              type="button"
              className="button"
              data-small
              aria-pressed={search.order === 'slowest'}
              onClick={() => change({ order: search.order === 'slowest' ? undefined : 'slowest' })}
            >
              {words.slowestFirst}
            </button>
            <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl('/traces/search', input)} />
          </div>
          {pages.error === null ? (
            <TraceList traces={traces} isPending={pages.isPending} active={active} onActive={setActive} onOpen={open} />
          ) : (
            <Notice tone="error">{pages.error.message}</Notice>
          )}
        </section>
      )}
    </div>
  );
}
