// What a query has to read: for each selector its conditions and the times between which its samples matter, no more.
import type { Expression, VectorSelector } from './ast.ts';
import type { EngineOptions } from './evaluation-state.ts';
import { findFunction } from './functions/table.ts';
import { endOf, makeGrid, type Grid } from './grid.ts';
import { failTooManySamples } from './query-error.ts';
import type { Matcher } from './matcher.ts';
import type { SelectHints } from './series-source.ts';

/** One read. */
export interface PlannedSelection {
  readonly selector: VectorSelector;
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly hints: SelectHints;
  /** Each series is needed once, and quickly done with: all of them need not be in memory. */
  readonly mayStream: boolean;
  /** Steps for which it is evaluated. */
  readonly steps: number;
}

/** Rows that a result has room for at least. */
const MIN_ROWS = 4;

/** The grid on which the expression inside of a subquery is evaluated: multiples of the step that the outer windows cover. */
export function subqueryGrid(node: Expression & { kind: 'subquery' }, grid: Grid, options: EngineOptions): Grid {
  const intervalMs = node.stepMs === 0 ? options.defaultSubqueryStepMs : node.stepMs;
  const firstMs = (node.atMs ?? grid.startMs) - node.offsetMs;
  const lastMs = (node.atMs ?? endOf(grid)) - node.offsetMs;
  const startMs = (Math.floor((firstMs - node.rangeMs) / intervalMs) + 1) * intervalMs;
  const inner = makeGrid(startMs, lastMs, intervalMs);
  // Before the memory for them is taken: even a single series would have so many samples, and room is made for a few.
  if (inner.steps > options.maxSamples / MIN_ROWS) failTooManySamples(options.maxSamples);
  return inner;
}

class Planner {
  readonly selections: PlannedSelection[] = [];
  readonly #options: EngineOptions;
  readonly #stepMs: number;

  constructor(options: EngineOptions, stepMs: number) {
    this.#options = options;
    this.#stepMs = stepMs;
  }

  visit(node: Expression, grid: Grid, around: Pick<SelectHints, 'function' | 'grouping' | 'by'>): void {
    const none = { function: '', grouping: [], by: false };
    switch (node.kind) {
      case 'number':
      case 'string':
        return;
      case 'vector':
        return this.#select(node, grid, 0, around);
      case 'matrix':
        return this.#select(node.vector, grid, node.rangeMs, around);
      case 'subquery':
        return this.visit(node.expression, subqueryGrid(node, grid, this.#options), none);
      case 'parentheses':
      case 'unary':
        return this.visit(node.expression, grid, none);
      case 'binary':
        this.visit(node.left, grid, none);
        return this.visit(node.right, grid, none);
      case 'aggregation': {
        const { operator, grouping, without } = node;
        if (node.parameter !== undefined) this.visit(node.parameter, grid, none);
        return this.visit(node.expression, grid, { function: operator, grouping, by: !without });
      }
      case 'call': {
        const inner = { function: node.function.name, grouping: [], by: false };
        // The second argument of info() is no vector: it is read when the first is known.
        const read = node.function.name === 'info' ? node.arguments.slice(0, 1) : node.arguments;
        for (const argument of read) this.visit(argument, grid, inner);
      }
    }
  }

  #select(
    selector: VectorSelector,
    grid: Grid,
    rangeMs: number,
    around: Pick<SelectHints, 'function' | 'grouping' | 'by'>,
  ): void {
    if (grid.steps < 1) return;
    const { lookbackMs } = this.#options;
    const { anchored, smoothed, atMs, offsetMs, matchers } = selector;
    const before = rangeMs === 0 ? lookbackMs : rangeMs + (anchored || smoothed ? lookbackMs : 0);
    // The windows are open on the left.
    const fromMs = (atMs ?? grid.startMs) - offsetMs - before + 1;
    const toMs = (atMs ?? endOf(grid)) - offsetMs + (smoothed ? lookbackMs : 0);
    // A line between two samples needs both.
    const newestOnly = grid.steps === 1 && rangeMs === 0 && !smoothed;
    const hints = { ...around, rangeMs, stepMs: this.#stepMs, newestOnly };
    const fn = rangeMs === 0 ? undefined : findFunction(around.function);
    const isQuick =
      rangeMs === 0 || (fn?.kind === 'range' && fn.computeSeries !== undefined && !this.#options.startTimestamps);
    const mayStream = isQuick && !anchored && !smoothed;
    this.selections.push({ selector, matchers, fromMs, toMs, hints, mayStream, steps: grid.steps });
  }
}

/** Every read that evaluating `expression` on `grid` needs. */
export function planSelections(expression: Expression, grid: Grid, options: EngineOptions): PlannedSelection[] {
  const planner = new Planner(options, grid.steps === 1 ? 0 : grid.intervalMs);
  planner.visit(expression, grid, { function: '', grouping: [], by: false });
  return planner.selections;
}
