// Answers of several queries on one time axis, and lines on top of each other.

type Values = readonly (number | null | undefined)[];

interface Timed {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Where a series has no point on its own grid there is a gap (null); where only others have one, nothing (undefined). */
export interface Gridded {
  readonly times: readonly number[];
  readonly columns: readonly Values[];
}

export interface Grid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const MAX_POINTS = 20_000;

function* momentsOf({ start, end, step }: Grid): Generator<number> {
  for (let place = 0; place < MAX_POINTS && start + place * step <= end; place++) yield start + place * step;
}

/** All series, each with the grid that its query was asked on, over one axis. */
export function alignSeries(series: readonly (Timed & { readonly grid: Grid })[]): Gridded {
  const grids = new Map(series.map(({ grid }) => [`${grid.start} ${grid.end} ${grid.step}`, grid]));
  const all = new Set<number>();
  for (const grid of grids.values()) for (const moment of momentsOf(grid)) all.add(moment);
  const times = [...all].toSorted((one, other) => one - other);
  const places = new Map(times.map((time, place) => [time, place]));
  const columns = series.map(({ times: own, values, grid }) => {
    const column: (number | null | undefined)[] = Array.from({ length: times.length });
    for (const moment of momentsOf(grid)) column[places.get(moment) ?? 0] = null;
    own.forEach((time, index) => {
      const place = places.get(time);
      const value = values[index];
      if (place !== undefined && value !== undefined && Number.isFinite(value)) column[place] = value;
    });
    return column;
  });
  return { times, columns };
}

/** Lines on top of each other, the first at the bottom; `percent` makes the top 100. Negative values stack downwards on their own. */
export function stackValues(columns: readonly Values[], mode: 'normal' | 'percent'): (number | null | undefined)[][] {
  const length = columns[0]?.length ?? 0;
  const totals = Array.from({ length }, (_, place) =>
    columns.reduce((sum, column) => sum + Math.abs(column[place] ?? 0), 0),
  );
  const up = Array.from({ length }, () => 0);
  const down = Array.from({ length }, () => 0);
  return columns.map((column) =>
    column.map((value, place) => {
      if (value === null || value === undefined) return value;
      const total = totals[place] ?? 0;
      const share = mode === 'percent' ? (total === 0 ? 0 : (value / total) * 100) : value;
      const base = share < 0 ? down : up;
      base[place] = (base[place] ?? 0) + share;
      return base[place];
    }),
  );
}

/** Short gaps are closed by what stood before (`connected` everywhere, `zero` by 0). */
export function fillGaps(column: Values, how: 'null' | 'connected' | 'zero'): Values {
  if (how === 'zero') return column.map((value) => (value === null ? 0 : value));
  return how === 'connected' ? column.map((value) => value ?? undefined) : column;
}
