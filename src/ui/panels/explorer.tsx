// The explorer: PromQL queries above, their answers as a graph or a table below.
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { MetricsSearch } from '../state/address.ts';
import { MAX_QUERIES, letterOf, queriesOf, queriesPatch } from '../state/explore-address.ts';
import { fillIntervals, planExplore } from '../state/explore-lines.ts';
import { useWords } from '../state/language.tsx';
import { queryInstant, queryRange } from '../state/prometheus.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import classes from './explorer.module.css';
import { ExplorerTools } from './explorer-tools.tsx';
import { ExplorerGraph } from './explorer-graph.tsx';
import { ExplorerTable } from './explorer-table.tsx';
import { QueryCost } from './query-cost.tsx';
import { QueryRow } from './query-row.tsx';

interface ExplorerProps {
  readonly search: MetricsSearch;
  readonly onChange: (patch: Partial<MetricsSearch>) => void;
}

/** The server's sentence without what stands before the place. */
const shorten = (message: string): string => message.replace(/^invalid parameter "query": /, '');

export function Explorer({ search, onChange }: ExplorerProps) {
  const words = useWords();
  const { range } = useRangeClock();
  const { ref, width } = useElementSize();
  const [hasEmpty, setEmpty] = useState(false);
  const explored = useMemo(() => queriesOf(search), [search]);
  const plan = useMemo(() => planExplore(range, width === 0 ? 1000 : width, search.step), [range, width, search.step]);
  const isTable = search.view === 'table';
  const asked = explored.filter(({ isHidden }) => !isHidden);

  const ranges = useQueries({
    queries: asked.map(({ text }) => {
      const input = { query: fillIntervals(text, plan), start: plan.start, end: plan.end, step: plan.step };
      return {
        queryKey: ['query-range', input],
        queryFn: ({ signal }: { signal: AbortSignal }) => queryRange(input, signal),
        placeholderData: keepPreviousData,
        enabled: !isTable && width > 0,
        retry: false,
      };
    }),
  });
  const instants = useQueries({
    queries: asked.map(({ text }) => {
      const query = fillIntervals(text, plan);
      return {
        queryKey: ['query', query, range.toMillis],
        queryFn: ({ signal }: { signal: AbortSignal }) => queryInstant(query, range.toMillis, signal),
        placeholderData: keepPreviousData,
        enabled: isTable,
        retry: false,
      };
    }),
  });
  const results = isTable ? instants : ranges;
  const resultOf = (letter: string) => results[asked.findIndex((entry) => entry.letter === letter)];
  const texts = explored.map(({ text }) => text);
  const hidden = explored.map(({ isHidden }) => isHidden);
  const submit = (place: number, text: string): void => {
    setEmpty(false);
    onChange({ ...queriesPatch(texts.toSpliced(place, 1, text), hidden), off: undefined });
  };
  const rows = [
    ...explored,
    ...(hasEmpty || explored.length === 0 ? [{ letter: letterOf(explored.length), text: '', isHidden: false }] : []),
  ];

  return (
    <div ref={ref} className={classes.explorer}>
      <div className={classes.queries} role="group" aria-label={words.queries}>
        {rows.map(({ letter, text, isHidden }, place) => {
          const result = isHidden ? undefined : resultOf(letter);
          return (
            <QueryRow
              key={letter}
              letter={letter}
              text={text}
              isHidden={isHidden}
              isOnly={rows.length === 1}
              isFocused={hasEmpty && text === ''}
              error={result?.error instanceof Error ? shorten(result.error.message) : undefined}
              remarks={result?.data}
              onSubmit={(next) => submit(place, next)}
              onToggle={() => onChange(queriesPatch(texts, hidden.toSpliced(place, 1, !isHidden)))}
              onRemove={() => {
                setEmpty(false);
                onChange(queriesPatch(texts.toSpliced(place, 1), hidden.toSpliced(place, 1)));
              }}
            />
          );
        })}
        <div className={classes.add}>
          <button
            type="button"
            className="button"
            data-bare
            data-small
            disabled={hasEmpty || rows.length >= MAX_QUERIES || explored.length === 0}
            onClick={() => setEmpty(true)}
          >
            <Icon name="plus" size={12} /> {words.addQuery}
          </button>
          {explored.length > 0 && (
            <button
              type="button"
              className="button"
              data-bare
              data-small
              onClick={() => onChange({ ...queriesPatch([]), off: undefined })}
            >
              {words.backToMetric}
            </button>
          )}
        </div>
      </div>
      {explored.length === 0 ? (
        <Notice>{words.writeQuery}</Notice>
      ) : (
        <>
          <ExplorerTools search={search} step={plan.step} isTable={isTable} onChange={onChange} />
          {isTable ? (
            <ExplorerTable
              answers={asked.map(({ letter, text }, place) => ({ letter, text, answer: instants[place]?.data }))}
              isPending={instants.some(({ isPending }) => isPending)}
            />
          ) : (
            <ExplorerGraph
              queries={asked.map(({ letter, text }, place) => ({
                letter,
                text: fillIntervals(text, plan),
                answer: ranges[place]?.data,
              }))}
              plan={plan}
              isPending={ranges.some(({ isPending }) => isPending)}
              search={search}
              onChange={onChange}
            />
          )}
          <QueryCost answers={asked.map(({ letter }, place) => ({ letter, cost: results[place]?.data?.cost }))} />
        </>
      )}
    </div>
  );
}
