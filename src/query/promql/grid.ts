// The times at which an expression is evaluated.

/** `steps` times from `startMs` on, `intervalMs` apart. */
export interface Grid {
  readonly startMs: number;
  readonly intervalMs: number;
  readonly steps: number;
}

/** All multiples of the interval from `startMs` that are not after `endMs`. */
export function makeGrid(startMs: number, endMs: number, intervalMs: number): Grid {
  const steps = endMs < startMs ? 0 : Math.floor((endMs - startMs) / intervalMs) + 1;
  return { startMs, intervalMs, steps };
}

/** The last time of the grid. */
export function endOf(grid: Grid): number {
  return grid.startMs + (grid.steps - 1) * grid.intervalMs;
}
