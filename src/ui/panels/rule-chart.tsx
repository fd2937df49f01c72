// The course of a rule's expression: of an alert what is compared, with the threshold across it and the stretches in which it waited or fired.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { lintQueries } from '../state/api.ts';
import { exploreLines, planExplore, showValue } from '../state/explore-lines.ts';
import { firingStretches } from '../state/firing-stretches.ts';
import { useWords } from '../state/language.tsx';
import { queryRange, type Rule } from '../state/prometheus.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { absoluteRange } from '../state/time-range.ts';
import { formatCount } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { TimeChart } from '../widgets/time-chart.tsx';
import classes from './rule-detail.module.css';

const CHART_HEIGHT = 200;

export function RuleChart({ rule }: { readonly rule: Rule }) {
  const words = useWords();
  const { range, setRange } = useRangeClock();
  const { ref, width } = useElementSize();
  const plan = useMemo(() => planExplore(range, width === 0 ? 1000 : width, undefined), [range, width]);
  const lint = useQuery({
    queryKey: ['lint', rule.query],
    queryFn: ({ signal }) => lintQueries([rule.query], signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const condition = rule.type === 'alerting' ? lint.data?.answers[0]?.condition : undefined;
  const query = condition === undefined ? rule.query : rule.query.slice(condition.start, condition.end);
  const grid = { start: plan.start, end: plan.end, step: plan.step };
  const course = useQuery({
    queryKey: ['query-range', { query, ...grid }],
    queryFn: ({ signal }) => queryRange({ query, ...grid }, signal),
    placeholderData: keepPreviousData,
    enabled: width > 0 && !lint.isPending,
    retry: false,
  });
  const alerts = `ALERTS{alertname=${JSON.stringify(rule.name)}}`;
  const states = useQuery({
    queryKey: ['query-range', { query: alerts, ...grid }],
    queryFn: ({ signal }) => queryRange({ query: alerts, ...grid }, signal),
    placeholderData: keepPreviousData,
    enabled: width > 0 && rule.type === 'alerting',
    retry: false,
  });
  const chart = useMemo(
    () => exploreLines(course.data === undefined ? [] : [{ letter: 'A', answer: course.data, grid: plan }]),
    [course.data, plan],
  );
  const stretches = useMemo(() => firingStretches(states.data?.series ?? [], plan.step), [states.data, plan.step]);
  const threshold = condition?.threshold;
  const levels = useMemo(
    () => (threshold === undefined ? [] : [{ value: threshold, color: 'var(--error)' }]),
    [threshold],
  );
  const firing = stretches.filter(({ tone }) => tone === 'error').length;
  return (
    <div ref={ref} className={classes.chart}>
      {course.error !== null ? (
        <Notice tone="error">{course.error.message.replace(/^invalid parameter "query": /, '')}</Notice>
      ) : (
        <>
          <TimeChart
            label={`${rule.name}: ${query}`}
            hint={words.chartHint}
            times={chart.times}
            lines={chart.lines}
            from={range.fromMillis}
            to={range.toMillis}
            height={CHART_HEIGHT}
            formatValue={showValue}
            levels={levels}
            stretches={stretches}
            onBrush={(from, to) => setRange(absoluteRange(from, to))}
          />
          <div className={`${classes.caption} faint`}>
            {course.isPending ? words.loading : words.seriesFound(formatCount(chart.series))}
            {condition !== undefined && ` · ${words.threshold} ${condition.operator} ${showValue(condition.threshold)}`}
            {rule.type === 'alerting' && ` · ${words.firedTimes(formatCount(firing))}`}
          </div>
        </>
      )}
    </div>
  );
}
