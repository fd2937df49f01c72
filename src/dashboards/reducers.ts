// One number for a whole series: Grafana's calculations. A new one is one line.

type Values = readonly (number | null)[];
const known = (values: Values): number[] => values.filter((value): value is number => value !== null);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const least = (values: readonly number[]): number => values.reduce((low, value) => Math.min(low, value), Infinity);
const most = (values: readonly number[]): number => values.reduce((high, value) => Math.max(high, value), -Infinity);

interface Reducer {
  readonly name: string;
  /** What singlestat called it. */
  readonly formerly?: string;
  /** NaN where there is nothing to reduce. */
  readonly reduce: (values: Values) => number;
}

const onKnown =
  (reduce: (values: readonly number[]) => number) =>
  (values: Values): number => {
    const found = known(values).filter((value) => !Number.isNaN(value));
    return found.length === 0 ? Number.NaN : reduce(found);
  };

export const reducers: readonly Reducer[] = [
  { name: 'lastNotNull', formerly: 'current', reduce: onKnown((values) => values.at(-1) ?? Number.NaN) },
  { name: 'last', reduce: (values) => values.at(-1) ?? Number.NaN },
  { name: 'firstNotNull', reduce: onKnown((values) => values[0] ?? Number.NaN) },
  { name: 'first', formerly: 'first', reduce: (values) => values[0] ?? Number.NaN },
  { name: 'mean', formerly: 'avg', reduce: onKnown((values) => sum(values) / values.length) },
  { name: 'min', formerly: 'min', reduce: onKnown(least) },
  { name: 'max', formerly: 'max', reduce: onKnown(most) },
  { name: 'sum', formerly: 'total', reduce: onKnown(sum) },
  { name: 'count', reduce: (values) => values.length },
  { name: 'range', formerly: 'range', reduce: onKnown((values) => most(values) - least(values)) },
  { name: 'diff', formerly: 'diff', reduce: onKnown((values) => (values.at(-1) ?? 0) - (values[0] ?? 0)) },
  { name: 'delta', formerly: 'delta', reduce: onKnown(increase) },
];

/** What a counter gained: falls are restarts. */
function increase(values: readonly number[]): number {
  let gained = 0;
  for (let place = 1; place < values.length; place++) {
    const [before, now] = [values[place - 1] ?? 0, values[place] ?? 0];
    gained += now >= before ? now - before : now;
  }
  return gained;
}

/** The value of `values` by the reducer `name`; the last known value for a name that is not known. */
export function reduceValues(name: string, values: Values): number {
  const reducer = reducers.find((entry) => entry.name === name) ?? reducers[0];
  return reducer?.reduce(values) ?? Number.NaN;
}

/** Today's name of a reducer. */
export function currentReducerName(name: string): string {
  const found = reducers.find((entry) => entry.name === name) ?? reducers.find((entry) => entry.formerly === name);
  return found?.name ?? 'lastNotNull';
}
