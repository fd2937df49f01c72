// Logs: search, histogram, facets, rows, and the open row beside them.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { LogRow } from '../../api/logs.ts';
import { FirstSteps, useIsEmpty } from '../panels/first-steps.tsx';
import { LogAround } from '../panels/log-around.tsx';
import { LogDetail } from '../panels/log-detail.tsx';
import { LogFacets } from '../panels/log-facets.tsx';
import { LogHistogram } from '../panels/log-histogram.tsx';
import { LogList } from '../panels/log-list.tsx';
import { LogListHead } from '../panels/log-list-head.tsx';
import { LogQueryBar } from '../panels/log-query-bar.tsx';
import type { LogsSearch } from '../state/address.ts';
import { countLogs, readLog, searchLogs } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useLiveTail } from '../state/live-tail.ts';
import { rangeInput } from '../state/queries.ts';
import { parseQuery, selectionOf, switchFilter, wordsOf } from '../state/query-text.ts';
import { useRangeClock, useRefreshWhile } from '../state/range-clock.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { absoluteRange } from '../state/time-range.ts';
import classes from './logs-page.module.css';

/** Some screens full: the rest is asked for while they are read. */
const FIRST_ROWS = 200;
const PAGE_ROWS = 500;
/** Beyond this the reader is asked to narrow the search, not the browser to hold more. */
const MAX_ROWS = 100_000;
const BUCKETS = 140;

const route = getRouteApi('/logs');

export function LogsPage() {
  const words = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { range, setRange } = useRangeClock();
  const [isHeld, setHeld] = useState(false);
  const [hasFacets, setFacets] = useState(false);
  const isEmpty = useIsEmpty();
  const change = useCallback(
    (patch: Partial<LogsSearch>, replace = false) =>
      void navigate({ search: (previous) => ({ ...previous, ...patch }), replace }),
    [navigate],
  );

  const q = search.q ?? '';
  const { terms, selection, problems } = useMemo(() => {
    const parsed = parseQuery(q);
    return { terms: parsed, ...selectionOf(parsed) };
  }, [q]);
  const input = useMemo(() => ({ ...rangeInput(range), ...selection }), [range, selection]);
  const isLive = search.live === '1';

  const pages = useInfiniteQuery({
    queryKey: ['logs', input],
    queryFn: ({ pageParam, signal }) =>
      searchLogs(
        { ...input, ...(pageParam === '' ? { limit: FIRST_ROWS } : { limit: PAGE_ROWS, cursor: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last, all) => (all.length * PAGE_ROWS >= MAX_ROWS ? undefined : last.nextCursor),
    placeholderData: keepPreviousData,
  });
  const histogram = useQuery({
    queryKey: ['histogram', input],
    queryFn: ({ signal }) => countLogs({ ...input, buckets: BUCKETS }, signal),
    placeholderData: keepPreviousData,
  });
  useRefreshWhile(q === '' && !isLive && pages.data?.pages[0]?.rows.length === 0);
  const tail = useLiveTail(isLive ? selection : undefined, isHeld);

  const found = useMemo(() => pages.data?.pages.flatMap((page) => page.rows) ?? [], [pages.data]);
  const rows = useDeferredValue(
    useMemo(() => {
      if (!isLive || tail.rows.length === 0) return found;
      const newest = new Set(tail.rows.map((row) => row.id));
      return [...tail.rows, ...found.filter((row) => !newest.has(row.id))];
    }, [isLive, tail.rows, found]),
  );

  const known = rows.find((row) => row.id === search.row);
  const fetched = useQuery({
    queryKey: ['log', search.row],
    queryFn: ({ signal }) => readLog(search.row ?? '', signal),
    enabled: search.row !== undefined && known === undefined && !pages.isPending,
  });
  const open: LogRow | undefined = known ?? (search.row === undefined ? undefined : fetched.data);

  const onFilter = useCallback(
    (field: string, value: string, isNegated = false) =>
      change({ q: switchFilter(q, field, value, isNegated), around: undefined }),
    [change, q],
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = pages;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const step = (by: number): void => {
    const index = rows.findIndex((row) => row.id === search.row);
    const next = rows[index + by];
    if (next !== undefined) change({ row: next.id }, true);
  };

  useShortcut('l', words.liveTail, () => change({ live: isLive ? undefined : '1' }));
  useShortcut('w', words.wrapLines, () => change({ wrap: search.wrap === '1' ? undefined : '1' }));
  useShortcut('Escape', words.close, () => change({ row: undefined }), search.row !== undefined);

  if (isEmpty) return <FirstSteps />;
  return (
    <div className={classes.page} data-open={open === undefined ? undefined : ''}>
      <div className={classes.bar}>
        <LogQueryBar
          query={q}
          input={input}
          problems={problems}
          isLive={isLive}
          isWrapped={search.wrap === '1'}
          hasFacets={hasFacets}
          onFacets={() => setFacets(!hasFacets)}
          onChange={change}
        />
      </div>
      <aside className={classes.side} data-open={hasFacets ? '' : undefined} aria-label={words.facets}>
        <LogFacets input={input} terms={terms} onFilter={onFilter} isReady={!pages.isPending} />
      </aside>
      <section className={classes.middle} aria-label={words.logs}>
        {search.around === undefined ? (
          <>
            <LogHistogram
              data={histogram.data}
              error={histogram.error}
              onBrush={(from, to) => {
                setRange(absoluteRange(from, to));
              }}
            />
            <LogListHead
              loaded={rows.length}
              total={histogram.data?.total}
              isSampled={histogram.data?.sampled === true}
              isFull={found.length >= MAX_ROWS}
              input={input}
              statistics={pages.data?.pages[0]?.statistics}
              tail={isLive ? tail : undefined}
              isHeld={isHeld}
              onResume={() => setHeld(false)}
            />
            <LogList
              rows={rows}
              rangeMillis={range.toMillis - range.fromMillis}
              words={wordsOf(terms)}
              open={search.row}
              isWrapped={search.wrap === '1'}
              isPending={pages.isPending}
              error={pages.error}
              isAtTop={isLive && !isHeld}
              onOpen={(id) => change({ row: id }, search.row !== undefined)}
              onNearEnd={onNearEnd}
              onLeaveTop={setHeld}
            />
          </>
        ) : (
          <LogAround id={search.around} open={search.row} isWrapped={search.wrap === '1'} onChange={change} />
        )}
      </section>
      {open !== undefined && (
        <aside className={classes.detail} aria-label={words.rowDetail}>
          <LogDetail row={open} onFilter={onFilter} onChange={change} onStep={step} />
        </aside>
      )}
    </div>
  );
}
