// Holds our answer to a real Prometheus', value by value.
import type { Result } from '../../src/base/result.ts';
import { parseFloatText } from '../../src/base/float-text.ts';
import { compareStrings } from '../../src/base/compare-strings.ts';
import type { QueryError } from '../../src/query/promql/query-error.ts';
import type { QueryResult } from '../../src/query/promql/query.ts';
import type { ApiAnswer } from './real-prometheus.ts';

/** Go and JavaScript compute some functions with other last digits. */
const TOLERANCE = 1e-9;

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

const numberOf = (text: string): number => parseFloatText(text) ?? NaN;

function isClose(left: number, right: number): boolean {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return true;
  return Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right));
}

const keyOf = (pairs: Iterable<readonly [string, string]>): string =>
  JSON.stringify([...pairs].toSorted(([left], [right]) => compareStrings(left, right)));

function compareSeries(theirs: readonly ApiSeries[], ours: QueryResult): string | undefined {
  const { data } = ours;
  if (data.type !== 'vector' && data.type !== 'matrix') return `we give a ${data.type}`;
  if (data.series.length !== theirs.length) return `${theirs.length} series, we have ${data.series.length}`;
  const byKey = new Map(data.series.map((series) => [keyOf(series.labels), series]));
  for (const { metric, value, values } of theirs) {
    const key = keyOf(Object.entries(metric));
    const own = byKey.get(key);
    const points = values ?? (value === undefined ? [] : [value]);
    if (own === undefined) return `we lack ${key}`;
    if (own.times.length !== points.length) return `${key}: ${points.length} points, we have ${own.times.length}`;
    for (const [i, [seconds, text]] of points.entries()) {
      const [time, number] = [own.times[i] ?? NaN, own.values[i] ?? NaN];
      if (time !== Math.round(seconds * 1000) || !isClose(numberOf(text), number))
        return `${key}: ${text} at ${seconds}, we have ${number} at ${time / 1000}`;
    }
  }
  if (data.type === 'vector') return undefined;
  const order = theirs.map(({ metric }) => keyOf(Object.entries(metric)));
  const ownOrder = data.series.map(({ labels }) => keyOf(labels));
  return order.join() === ownOrder.join() ? undefined : 'the series are ordered otherwise';
}

function compareTexts(what: string, theirs: readonly string[] = [], ours: readonly string[] = []): string | undefined {
  const [left, right] = [theirs.toSorted().join('\n'), ours.toSorted().join('\n')];
  return left === right ? undefined : `${what}: ${left}\n  we: ${right}`;
}

/** `undefined` when both answers are the same. */
export function compareAnswers(theirs: ApiAnswer, ours: Result<QueryResult, QueryError>): string | undefined {
  if (theirs.status === 'error') {
    const error = (theirs.error ?? '').replace(/^invalid parameter "query": /, '');
    if (ours.ok) return `error: ${error}`;
    return error === ours.error.message ? undefined : `error: ${error}\n  we: ${ours.error.message}`;
  }
  if (!ours.ok) return `we fail: ${ours.error.message}`;
  const { data } = ours.value;
  const result = theirs.data?.result;
  if (theirs.data?.resultType !== data.type) return `type ${theirs.data?.resultType}, we give ${data.type}`;
  let problem: string | undefined;
  if (data.type === 'scalar') {
    const [, text] = result as [number, string];
    if (!isClose(numberOf(text), data.value)) problem = `${text}, we have ${data.value}`;
  } else if (data.type !== 'string') problem = compareSeries(result as readonly ApiSeries[], ours.value);
  return (
    problem ??
    compareTexts('warnings', theirs.warnings, ours.value.warnings) ??
    compareTexts('infos', theirs.infos, ours.value.infos)
  );
}

/** Why a difference is not ours to mend; `undefined` for one that is. */
export function explainDifference(query: string, difference: string): string | undefined {
  if (/\b(?:topk|bottomk|limitk)\b/.test(query)) return 'which of equal series is taken is not defined';
  if (difference.includes('needed to be fixed for monotonicity')) return 'Prometheus counts some samples many times';
  if (difference.includes('found duplicate series')) return 'which of the duplicates is named first is not defined';
  if (/\b(?:stddev|stdvar)\b/.test(query)) return 'the order in which series are added up is not defined';
  if (/\b(?:sinh|cosh|exp|tan|sin|cos)\b/.test(query)) return 'last digits of transcendental functions, made large';
  return undefined;
}
