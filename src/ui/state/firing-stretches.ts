// When an alert waited and fired, from its ALERTS series: a stretch is time in which any of its alerts had the state.
import type { ChartStretch } from '../widgets/chart-options.ts';
import type { RangeSeries } from './prometheus.ts';

/** Moments a step apart as stretches, each lasting until the next step. */
function join(moments: readonly number[], step: number, tone: ChartStretch['tone']): ChartStretch[] {
  const stretches: { from: number; to: number; tone: ChartStretch['tone'] }[] = [];
  for (const moment of [...new Set(moments)].toSorted((one, other) => one - other)) {
    const last = stretches.at(-1);
    if (last !== undefined && moment <= last.to) last.to = moment + step;
    else stretches.push({ from: moment, to: moment + step, tone });
  }
  return stretches;
}

/** Those that wait first, so that those that fire are drawn over them. */
export function firingStretches(series: readonly RangeSeries[], step: number): ChartStretch[] {
  const momentsOf = (state: string): number[] =>
    series.filter(({ labels }) => labels['alertstate'] === state).flatMap(({ times }) => times);
  return [...join(momentsOf('pending'), step, 'warning'), ...join(momentsOf('firing'), step, 'error')];
}
