// The answers of the explorer over time, with the legend below.
import { useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { StepPlan } from '../../dashboards/interval.ts';
import { reduceValues } from '../../dashboards/reducers.ts';
import type { MetricsSearch } from '../state/address.ts';
import { exemplarDots } from '../state/exemplar-dots.ts';
import { exploreLines, showValue, stackLines } from '../state/explore-lines.ts';
import { hiddenMarks, isolateLine, markOf, toggleLine } from '../state/hidden-lines.ts';
import { useWords } from '../state/language.tsx';
import { queryExemplars, type RangeAnswer } from '../state/prometheus.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { absoluteRange } from '../state/time-range.ts';
import { useSameList } from '../state/use-same-list.ts';
import { formatCount, formatDuration } from '../widgets/format.ts';
import { LineLegend } from '../widgets/line-legend.tsx';
import { Notice } from '../widgets/notice.tsx';
import { TimeChart } from '../widgets/time-chart.tsx';
import classes from './explorer.module.css';

const CHART_HEIGHT = 320;
const FIGURES = ['lastNotNull', 'min', 'mean', 'max'] as const;

interface ExplorerGraphProps {
  readonly queries: readonly {
    readonly letter: string;
    readonly text: string;
    readonly answer: RangeAnswer | undefined;
  }[];
  readonly plan: StepPlan;
  readonly isPending: boolean;
  readonly search: MetricsSearch;
  readonly onChange: (patch: Partial<MetricsSearch>) => void;
}

export function ExplorerGraph({ queries, plan, isPending, search, onChange }: ExplorerGraphProps) {
  const words = useWords();
  const navigate = useNavigate();
  const { range, setRange } = useRangeClock();
  const [marked, setMarked] = useState<string | undefined>();
  const [cursor, setCursor] = useState<number | undefined>();
  const isStacked = search.stack === '1';
  const answers = useSameList(queries.map(({ answer }) => answer));
  const letters = useSameList(queries.map(({ letter }) => letter));
  const chart = useMemo(
    () =>
      exploreLines(
        answers.flatMap((answer, place) =>
          answer === undefined ? [] : [{ letter: letters[place] ?? '', answer, grid: plan }],
        ),
      ),
    [plan, answers, letters],
  );
  const off = hiddenMarks(search.off);
  const lines = useMemo(() => {
    const marks = hiddenMarks(search.off);
    const shown = chart.lines.filter(({ name }) => !marks.has(markOf(name)));
    return isStacked ? stackLines(shown, 'normal') : shown;
  }, [chart, search.off, isStacked]);
  const exemplars = useQueries({
    queries: queries.map(({ text }) => ({
      queryKey: ['exemplars', text, plan.start, plan.end],
      queryFn: ({ signal }: { signal: AbortSignal }) => queryExemplars(text, plan.start, plan.end, signal),
      enabled: search.exemplars === '1',
      retry: false,
    })),
  });
  const found = useSameList(search.exemplars === '1' ? exemplars.flatMap(({ data }) => data ?? []) : []);
  const dots = useMemo(
    () => exemplarDots(found, (traceId) => void navigate({ to: '/traces/$traceId', params: { traceId } })),
    [found, navigate],
  );
  const names = chart.lines.map(({ name }) => name);
  const isEmpty = !isPending && chart.series === 0 && answers.some((answer) => answer !== undefined);
  if (!isPending && answers.every((answer) => answer === undefined)) return undefined;
  return (
    <>
      <div className={classes.chart}>
        {isEmpty ? (
          <Notice>{words.emptyAnswer}</Notice>
        ) : (
          <TimeChart
            label={queries.map(({ text }) => text).join('; ')}
            hint={words.chartHint}
            times={chart.times}
            lines={lines}
            from={range.fromMillis}
            to={range.toMillis}
            height={CHART_HEIGHT}
            formatValue={showValue}
            marked={marked}
            isStacked={isStacked}
            dots={dots}
            onBrush={(from, to) => setRange(absoluteRange(from, to))}
            onCursor={setCursor}
          />
        )}
      </div>
      <div className={classes.summary}>
        <span className="faint">
          {isPending
            ? words.loading
            : words.seriesShown(
                formatCount(chart.lines.length),
                formatCount(chart.series),
                formatDuration(plan.step * 1e6),
              )}
        </span>
        {chart.series > chart.lines.length && <span className="caution">{words.largestDrawn}</span>}
        {search.exemplars === '1' && !exemplars.some((entry) => entry.isPending) && (
          <span className="faint">{words.exemplarsFound(formatCount(dots.length))}</span>
        )}
      </div>
      {chart.lines.length > 0 && (
        <LineLegend
          label={words.lines}
          nameHead={words.series}
          heads={[words.atCursor, words.lastValue, words.least, words.mean, words.most]}
          entries={chart.lines.map((line) => {
            const at = cursor === undefined ? undefined : line.values[cursor];
            const values = line.values.filter((value) => value !== undefined);
            const figures = [at ?? Number.NaN, ...FIGURES.map((name) => reduceValues(name, values))];
            return {
              name: line.name,
              color: line.color,
              dash: line.dash,
              isHidden: off.has(markOf(line.name)),
              figures: figures.map((value, place) => ({
                text: place === 0 && Number.isNaN(value) ? '' : showValue(value),
                value,
              })),
            };
          })}
          toggleLabel={words.toggleLine}
          aloneLabel={words.lineAlone}
          onToggle={(name) => onChange({ off: toggleLine(search.off, name) })}
          onAlone={(name) => onChange({ off: isolateLine(search.off, name, names) })}
          onMark={setMarked}
        />
      )}
    </>
  );
}
