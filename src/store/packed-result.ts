// A query's result as it crosses the socket: names and values of labels once each, samples as flat columns, no object a sample.
// A series whose times are those of the series before it, as on a regular grid, carries none.
import { Labels } from '../model/labels.ts';
import type { QueryData, QueryResult, ResultSeries } from '../query/promql/query.ts';

type SeriesData = Extract<QueryData, { series: unknown }>;

/** Everything but the samples. */
export interface PackedHead extends Omit<QueryResult, 'data'> {
  readonly data: Exclude<QueryData, SeriesData> | PackedSeries;
}

interface PackedSeries {
  readonly type: SeriesData['type'];
  /** Label names and values that occur. */
  readonly texts: readonly string[];
  /** Positions in `texts`: name, value, name, value … of all series. */
  readonly labels: Uint32Array;
  /** For each series where its labels end in `labels`. */
  readonly labelEnds: Uint32Array;
  /** For each series how many samples it has. */
  readonly counts: Uint32Array;
  /** 1 where a series has the times of the one before. */
  readonly sameTimes: Uint8Array;
}

export interface PackedResult {
  readonly head: PackedHead;
  /** Values of all series, then the times of those that have their own: 64-bit floats. */
  readonly payload: Uint8Array;
}

function hasTimesOf(left: ResultSeries, right: ResultSeries | undefined): boolean {
  if (right === undefined) return false;
  const [times, others] = [left.times, right.times];
  if (times === others) return true;
  if (times.length !== others.length) return false;
  for (let i = 0; i < times.length; i++) if (times[i] !== others[i]) return false;
  return true;
}

function packLabels(series: readonly ResultSeries[]): Pick<PackedSeries, 'texts' | 'labels' | 'labelEnds'> {
  const numbers = new Map<string, number>();
  const labels = new Uint32Array(series.reduce((sum, one) => sum + one.labels.flat.length, 0));
  const labelEnds = new Uint32Array(series.length);
  let at = 0;
  series.forEach((one, row) => {
    for (const text of one.labels.flat) {
      let number = numbers.get(text);
      if (number === undefined) numbers.set(text, (number = numbers.size));
      labels[at++] = number;
    }
    labelEnds[row] = at;
  });
  return { texts: [...numbers.keys()], labels, labelEnds };
}

export function packResult(result: QueryResult): PackedResult {
  const { data, ...rest } = result;
  if (data.type === 'scalar' || data.type === 'string') return { head: { ...rest, data }, payload: new Uint8Array(0) };
  const { series, type } = data;
  const counts = new Uint32Array(series.length);
  const sameTimes = new Uint8Array(series.length);
  let size = 0;
  series.forEach((one, row) => {
    const count = (counts[row] = one.values.length);
    const isSame = hasTimesOf(one, series[row - 1]);
    sameTimes[row] = Number(isSame);
    size += isSame ? count : 2 * count;
  });
  // Whole arrays are copied bit by bit: a NaN that passes through arithmetic may lose its bits.
  const floats = new Float64Array(size);
  let at = 0;
  for (const { values } of series) {
    floats.set(values, at);
    at += values.length;
  }
  series.forEach(({ times }, row) => {
    if (sameTimes[row] === 1) return;
    floats.set(times, at);
    at += times.length;
  });
  const payload = new Uint8Array(floats.buffer);
  return { head: { ...rest, data: { type, ...packLabels(series), counts, sameTimes } }, payload };
}

export function unpackResult({ data, ...rest }: PackedHead, payload: Uint8Array): QueryResult {
  if (data.type === 'scalar' || data.type === 'string') return { ...rest, data };
  const { type, texts, labels, labelEnds, counts, sameTimes } = data;
  // An own copy: the payload is part of a larger buffer and lies anywhere in it.
  const floats = new Float64Array(new Uint8Array(payload).buffer);
  let timesAt = counts.reduce((sum, count) => sum + count, 0);
  let valuesAt = 0;
  let labelsAt = 0;
  let times = new Float64Array(0);
  const series = Array.from(counts, (count, row): ResultSeries => {
    const values = floats.subarray(valuesAt, (valuesAt += count));
    if (sameTimes[row] === 0) times = floats.subarray(timesAt, (timesAt += count));
    const flat: string[] = [];
    for (const end = labelEnds[row]!; labelsAt < end; labelsAt++) flat.push(texts[labels[labelsAt]!]!);
    return { labels: Labels.ofSorted(flat), times, values };
  });
  return { ...rest, data: { type, series } };
}
