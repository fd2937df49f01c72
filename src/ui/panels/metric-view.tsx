// One metric: its chart, the numbers of each line, and the raw series below.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { MetricRangeInput } from '../../api/metrics.ts';
import type { MetricsSearch } from '../state/address.ts';
import { formatCurl, readMetricRange } from '../state/api.ts';
import { queriesPatch } from '../state/explore-address.ts';
import { useWords } from '../state/language.tsx';
import { computeLines, differingLabels, isCounter } from '../state/metric-lines.ts';
import { metricAsPromql } from '../state/metric-promql.ts';
import { rangeInput } from '../state/queries.ts';
import { parseQuery } from '../state/query-text.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { absoluteRange } from '../state/time-range.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatCount, formatDuration, formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { SearchBox } from '../widgets/search-box.tsx';
import { lineColor } from '../widgets/name-colors.tsx';
import { TimeChart } from '../widgets/time-chart.tsx';
import { MetricLineTable } from './metric-line-table.tsx';
import { MetricSeriesTable } from './metric-series-table.tsx';
import classes from './metric-view.module.css';

const MAX_LINES = 24;
const MAX_SERIES = 200;
const CHART_HEIGHT = 300;
const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 2], [8, 3, 2, 3]];

interface MetricViewProps {
  readonly metric: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly search: MetricsSearch;
  readonly onChange: (patch: Partial<MetricsSearch>) => void;
}

/** "code:500 -path:/health host:~web.*" as label matchers. */
function matchersOf(match: string): MetricRangeInput['matchers'] {
  return parseQuery(match).flatMap((term) => {
    if (term.kind !== 'filter') return [];
    const isPattern = !term.isQuoted && term.value.startsWith('~');
    const op = isPattern ? (term.isNegated ? 'nre' : 're') : term.isNegated ? 'ne' : 'eq';
    return [{ name: term.field, op, value: isPattern ? term.value.slice(1) : term.value } as const];
  });
}

export function MetricView({ metric, type, unit, help, search, onChange }: MetricViewProps) {
  const words = useWords();
  const { range, setRange } = useRangeClock();
  const [marked, setMarked] = useState<string | undefined>();
  const [cursor, setCursor] = useState<number | undefined>();
  const input = useMemo<MetricRangeInput>(
    () => ({
      ...rangeInput(range),
      matchers: [{ name: '__name__', op: 'eq', value: metric }, ...matchersOf(search.match ?? '')],
      maxSeries: MAX_SERIES,
      maxPoints: 2000,
    }),
    [range, metric, search.match],
  );
  const answer = useQuery({
    queryKey: ['range', input],
    queryFn: ({ signal }) => readMetricRange(input, signal),
    placeholderData: keepPreviousData,
  });
  const series = useMemo(() => answer.data?.series ?? [], [answer.data]);
  const canRate = isCounter(metric, type);
  const asRate = canRate && search.show !== 'raw';
  const labels = useMemo(() => differingLabels(series), [series]);
  const chart = useMemo(() => computeLines(series, range, asRate, search.by), [series, range, asRate, search.by]);
  const lines = useMemo(
    () =>
      chart.lines.slice(0, MAX_LINES).map((line, index) => ({
        ...line,
        color: chart.lines.length === 1 ? 'var(--accent)' : lineColor(index),
        dash: DASHES[Math.floor(index / 6) % DASHES.length],
      })),
    [chart],
  );
  // UCUM writes what is counted in braces: {request}.
  const unitName =
    unit !== '' ? unit.replace(/[{}]/g, '') : (/_(seconds|bytes|ratio|celsius)(?:_|$)/.exec(metric)?.[1] ?? '');
  const suffix = `${unitName === '' ? '' : ` ${unitName}`}${asRate ? '/s' : ''}`;

  return (
    <>
      <header className={classes.head}>
        <h1>{metric}</h1>
        <p className="dim">
          <span className="label">{type}</span> {help}
        </p>
      </header>
      <div className={classes.tools}>
        <label>
          {words.splitBy}
          <select className="field" value={search.by ?? ''} onChange={(event) => onChange({ by: event.target.value })}>
            <option value="">{words.everySeries}</option>
            {[...new Set([...labels, ...(search.by === undefined ? [] : [search.by])])].map((label) => (
              <option key={label}>{label}</option>
            ))}
          </select>
        </label>
        {canRate && (
          <span role="group" aria-label={words.values}>
            <button
              type="button"
              className="button"
              aria-pressed={asRate}
              onClick={() => onChange({ show: undefined })}
            >
              {words.rate}
            </button>{' '}
            <button type="button" className="button" aria-pressed={!asRate} onClick={() => onChange({ show: 'raw' })}>
              {words.rawValues}
            </button>
          </span>
        )}
        <div className={classes.match}>
          <SearchBox
            value={search.match ?? ''}
            label={words.labelFilter}
            placeholder={words.labelHint}
            clearLabel={words.clear}
            suggest={(piece) => {
              const [, field = '', value] = /^-?([^:]*)(?::(.*))?$/.exec(piece) ?? [];
              if (value === undefined) {
                return Promise.resolve(
                  labels.filter((label) => label.includes(field)).map((label) => ({ text: `${label}:`, isOpen: true })),
                );
              }
              const found = new Set(
                series.map((entry) => entry.labels[field] ?? '').filter((entry) => entry.includes(value)),
              );
              return Promise.resolve(
                [...found]
                  .slice(0, 20)
                  .map((entry) => ({ text: `${field}:${/\s/.test(entry) ? `"${entry}"` : entry}` })),
              );
            }}
            onSubmit={(match) => onChange({ match })}
          />
        </div>
        <button
          type="button"
          className="button"
          onClick={() =>
            onChange(queriesPatch([metricAsPromql(metric, matchersOf(search.match ?? ''), asRate, search.by)]))
          }
        >
          {words.writeAsPromql}
        </button>
        <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl('/metrics/range', input)} />
      </div>
      {answer.error !== null && <Notice tone="error">{answer.error.message}</Notice>}
      <div className={classes.chart}>
        <TimeChart
          label={`${metric}${suffix}`}
          hint={words.chartHint}
          times={chart.times}
          lines={lines}
          from={range.fromMillis}
          to={range.toMillis}
          height={CHART_HEIGHT}
          formatValue={formatShort}
          marked={marked}
          onBrush={(from, to) => setRange(absoluteRange(from, to))}
          onCursor={setCursor}
        />
      </div>
      <div className={classes.tools} style={{ paddingTop: 6 }}>
        <span className="faint">
          {answer.isPending
            ? words.loading
            : words.seriesShown(
                formatCount(lines.length),
                formatCount(chart.lines.length),
                formatDuration(chart.step * 1e6),
              )}
        </span>
        {(answer.data?.matched ?? 0) > series.length && (
          <span className="caution">
            {words.seriesLeftOut(formatCount(answer.data?.matched ?? 0), formatCount(series.length))}
          </span>
        )}
        {answer.data !== undefined && (
          <span className="faint">
            {words.costShort(
              formatShort(answer.data.statistics.rowsRead),
              answer.data.statistics.milliseconds.toFixed(0),
            )}
          </span>
        )}
      </div>
      <MetricLineTable lines={lines} suffix={suffix} cursor={cursor} marked={marked} onMark={setMarked} />
      <section className={classes.raw}>
        <h2>{words.rawSeries}</h2>
        <MetricSeriesTable series={series} differing={labels} />
      </section>
    </>
  );
}
