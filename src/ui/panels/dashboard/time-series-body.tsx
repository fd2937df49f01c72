// Lines, bars or points over time, with the legend that the panel asks for.
import { useNavigate } from '@tanstack/react-router';
import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { formatValue } from '../../../dashboards/format-value.ts';
import { reduceValues } from '../../../dashboards/reducers.ts';
import { toneOf } from '../../../dashboards/color-tone.ts';
import { exemplarDots } from '../../state/exemplar-dots.ts';
import { stackLines } from '../../state/explore-lines.ts';
import { hiddenMarks, isolateLine, markOf, toggleLine } from '../../state/hidden-lines.ts';
import { useWords } from '../../state/language.tsx';
import { panelLines, writeStyled } from '../../state/panel-series.ts';
import { queryExemplars } from '../../state/prometheus.ts';
import { useRangeClock } from '../../state/range-clock.tsx';
import { absoluteRange } from '../../state/time-range.ts';
import { usePanelAnswers } from '../../state/use-panel-answers.ts';
import { useSameList } from '../../state/use-same-list.ts';
import type { ChartLevel } from '../../widgets/chart-options.ts';
import { LineLegend } from '../../widgets/line-legend.tsx';
import { TimeChart } from '../../widgets/time-chart.tsx';
import { answerNotice } from './panel-answer-notice.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

/** Thresholds that mean trouble, as lines across; those of "fine" need none. */
function levelsOf({ field }: PanelBodyProps['panel']): ChartLevel[] {
  if (field.thresholds === undefined || field.thresholds.mode === 'percentage') return [];
  return field.thresholds.steps.flatMap(({ from, color }) => {
    const tone = toneOf(color);
    if (!Number.isFinite(from) || (tone !== 'error' && tone !== 'warning')) return [];
    return [{ value: from, color: `var(--${tone})` }];
  });
}

export function TimeSeriesBody({ panel, planned, isVisible, syncKey }: PanelBodyProps) {
  const words = useWords();
  const navigate = useNavigate();
  const { setRange } = useRangeClock();
  const [off, setOff] = useState<string | undefined>();
  const [marked, setMarked] = useState<string | undefined>();
  const found = usePanelAnswers(planned, 'range', isVisible);
  const answers = useSameList(found.answers.flatMap(({ planned: target, range }) => [target, range]));
  const chart = useMemo(
    () => panelLines(panel, found.answers),
    // The answers as a list of their parts: the objects around them are new in every pass.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [panel, answers],
  );
  const stacking = panel.field.stacking ?? 'none';
  const lines = useMemo(() => {
    const marks = hiddenMarks(off);
    const shown = chart.lines.filter(({ name }) => !marks.has(markOf(name)));
    return stacking === 'none' ? shown : stackLines(shown, stacking);
  }, [chart, off, stacking]);
  const levels = useMemo(() => levelsOf(panel), [panel]);
  const wanted = planned.targets.filter(({ target }) => target.wantsExemplars);
  const exemplars = useQueries({
    queries: wanted.map(({ expression, plan }) => ({
      queryKey: ['exemplars', expression, plan.start, plan.end],
      queryFn: ({ signal }: { signal: AbortSignal }) => queryExemplars(expression, plan.start, plan.end, signal),
      enabled: isVisible,
      retry: false,
    })),
  });
  const dotted = useSameList(exemplars.flatMap(({ data }) => data ?? []));
  const dots = useMemo(
    () => exemplarDots(dotted, (traceId) => void navigate({ to: '/traces/$traceId', params: { traceId } })),
    [dotted, navigate],
  );
  const notice = answerNotice(found, chart.series === 0, words);
  if (notice !== undefined) return notice;
  const write = (value: number): string =>
    stacking === 'percent' ? formatValue(value, { unit: 'percent' }) : formatValue(value, panel.field);
  const rightStyle = chart.lines.find(({ axis }) => axis === 'right')?.style;
  const off0 = hiddenMarks(off);
  const calculations = panel.options.legend === 'table' ? panel.options.legendCalculations : [];
  return (
    <div className={classes.column}>
      <div className={classes.grow}>
        <TimeChart
          label={panel.title}
          hint={words.chartHint}
          times={chart.times}
          lines={lines}
          from={planned.range.fromMillis}
          to={planned.range.toMillis}
          height="fill"
          formatValue={write}
          formatRight={(value) => formatValue(value, rightStyle ?? panel.field)}
          marked={marked}
          isStacked={stacking !== 'none'}
          min={panel.field.min}
          max={stacking === 'percent' ? 100 : panel.field.max}
          levels={levels}
          dots={dots}
          syncKey={syncKey}
          onBrush={(from, to) => setRange(absoluteRange(from, to))}
        />
      </div>
      {panel.options.legend !== 'hidden' && (
        <div
          className={`${classes.legend} scroll`}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
          tabIndex={0}
          role="region"
          aria-label={`${words.lines}: ${panel.title}`}
        >
          <LineLegend
            label={`${words.lines}: ${panel.title}`}
            nameHead={words.series}
            heads={calculations.map((name) => words.calculations[name] ?? name)}
            entries={chart.lines.map(({ name, color, dash, values, style }) => ({
              name,
              color,
              dash,
              isHidden: off0.has(markOf(name)),
              figures: calculations.map((calculation) => {
                const value = reduceValues(
                  calculation,
                  values.filter((entry) => entry !== undefined),
                );
                return { value, text: writeStyled(style, Number.isNaN(value) ? null : value) };
              }),
            }))}
            toggleLabel={words.toggleLine}
            aloneLabel={words.lineAlone}
            onToggle={(name) => setOff(toggleLine(off, name))}
            onAlone={(name) =>
              setOff(
                isolateLine(
                  off,
                  name,
                  chart.lines.map((line) => line.name),
                ),
              )
            }
            onMark={setMarked}
          />
          {chart.series > chart.lines.length && <span className="caution">{words.largestDrawn}</span>}
        </div>
      )}
    </div>
  );
}
