// What a panel asks: its own range, the step for its width, its queries with their variables replaced.
import type { Panel, Target } from '../../dashboards/dashboard.ts';
import { interpolate, type Scope, type VariableState } from '../../dashboards/interpolate.ts';
import { planStep, readInterval, type StepPlan } from '../../dashboards/interval.ts';
import type { ResolvedRange } from './time-range.ts';

/** What the panels of a dashboard share. */
export interface DashboardScope {
  readonly variables: ReadonlyMap<string, VariableState>;
  readonly range: ResolvedRange;
  readonly title: string;
}

export interface PlannedTarget {
  readonly target: Target;
  readonly plan: StepPlan;
  /** With all variables replaced. */
  readonly expression: string;
  /** With the dashboard's variables replaced and the interval variables left, to be explored. */
  readonly explored: string;
  readonly legend: string;
}

export interface PlannedPanel {
  readonly range: ResolvedRange;
  readonly scope: Scope;
  readonly targets: readonly PlannedTarget[];
}

/** "6h" back from the end, then all of it earlier by "1d". */
function rangeOf(panel: Panel, { fromMillis, toMillis }: ResolvedRange): ResolvedRange {
  const width = readInterval(panel.timeFrom.replace(/^now-/, ''));
  const shift = readInterval(panel.timeShift) ?? 0;
  return { fromMillis: (width === undefined ? fromMillis : toMillis - width) - shift, toMillis: toMillis - shift };
}

/** The variables as they stand for this panel: a copy has values of its own. */
function scopeOf(panel: Panel, dashboard: DashboardScope, range: ResolvedRange): Scope {
  const variables = new Map(dashboard.variables);
  for (const [name, value] of Object.entries(panel.scoped)) {
    const state = variables.get(name);
    const variable = { isMulti: state?.variable.isMulti ?? false, includesAll: false, allValue: '' };
    variables.set(name, { variable, options: state?.options ?? [], values: [value] });
  }
  const builtIn = {
    __from: String(range.fromMillis),
    __to: String(range.toMillis),
    __dashboard: dashboard.title,
    __timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  return { variables, builtIn };
}

export function planPanel(panel: Panel, dashboard: DashboardScope, pixels: number): PlannedPanel {
  const range = rangeOf(panel, dashboard.range);
  const scope = scopeOf(panel, dashboard, range);
  const targets = panel.targets
    .filter(({ isHidden }) => !isHidden)
    .map((target): PlannedTarget => {
      const minStep = interpolate(target.interval || panel.interval, scope, 'plain');
      const plan = planStep({
        ...range,
        maxDataPoints: panel.maxDataPoints ?? Math.max(100, Math.round(pixels)),
        minStep,
        intervalFactor: target.intervalFactor,
      });
      const withIntervals = { ...scope, builtIn: { ...scope.builtIn, ...plan.variables } };
      return {
        target,
        plan,
        expression: interpolate(target.expression, withIntervals),
        explored: interpolate(target.expression, scope),
        legend: interpolate(target.legend, withIntervals, 'plain'),
      };
    });
  return { range, scope, targets };
}
