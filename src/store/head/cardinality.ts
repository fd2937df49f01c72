// The call `cardinality`: where the series come from, from the index alone.
import { METRIC_NAME } from '../../model/labels.ts';
import type { HotHead } from './hot-head.ts';
import { NO_PAIR } from './label-pairs.ts';
import { Longest } from './longest.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A name and how many there are of it. */
export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** Series that the index had not seen before; by metric the longest first. */
export interface Growth {
  readonly series: number;
  readonly seriesByMetric: readonly NamedCount[];
}

/** How many series, labels and values there are on the days that the index knows; of every list the longest. */
export interface Cardinality {
  readonly series: number;
  /** Different label=value pairs. */
  readonly labelPairs: number;
  /** Unix ms: begin of the first and end of the last day that a series has samples on; now where that is later, or there is none. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Memory that the index takes. */
  readonly bytes: number;
  readonly seriesByMetric: readonly NamedCount[];
  readonly valuesByLabel: readonly NamedCount[];
  /** Lengths of the values, each times the series that have it, as Prometheus counts (tsdb/index/postings.go, Stats). */
  readonly bytesByLabel: readonly NamedCount[];
  /** Names are `label=value`. */
  readonly seriesByPair: readonly NamedCount[];
  /** Nothing that came before this time (Unix ms: the index was filled) counts as new. */
  readonly newSinceMs: number;
  readonly lastHour: Growth;
  readonly lastDay: Growth;
}

/** Lists of at most `rows`; undefined while the index is being filled. */
export function readCardinality(head: HotHead, rows: number, nowMs: number): Cardinality | undefined {
  const { index, arrivals } = head;
  if (!head.knowsDaysFrom(nowMs)) return undefined;
  const { pairs } = index;
  const [metrics, labels, bytes, all] = [rows, rows, rows, rows].map((most) => new Longest(most)) as [
    Longest,
    Longest,
    Longest,
    Longest,
  ];
  const metricId = pairs.findName(METRIC_NAME);
  pairs.pairsOfName.forEach((list, nameId) => {
    let size = 0;
    for (const pair of list) {
      const count = index.countOf(pair);
      size += pairs.lengthOf(pair) * count;
      all.add(pair, count);
      if (nameId === metricId) metrics.add(pair, count);
    }
    labels.add(nameId, list.length);
    bytes.add(nameId, size);
  });
  const textOf = (pair: number): string => pairs.textOf(pair);
  const nameOf = (nameId: number): string => pairs.names[nameId]!;
  const [first, last] = index.days.span;
  const growthSince = (sinceMs: number): Growth => countFrom(head, arrivals.firstSince(sinceMs), rows);
  return {
    series: index.size,
    labelPairs: pairs.size,
    minTimeMs: Math.min(nowMs, first * DAY_MS),
    maxTimeMs: last === -Infinity ? nowMs : Math.min(nowMs, (last + 1) * DAY_MS - 1),
    bytes: index.bytes,
    seriesByMetric: metrics.take(textOf),
    valuesByLabel: labels.take(nameOf),
    bytesByLabel: bytes.take(nameOf),
    seriesByPair: all.take((pair) => `${nameOf(pairs.nameOf(pair))}=${textOf(pair)}`),
    newSinceMs: arrivals.beganMs,
    lastHour: growthSince(nowMs - HOUR_MS),
    lastDay: growthSince(nowMs - DAY_MS),
  };
}

function countFrom({ index }: HotHead, from: number, rows: number): Growth {
  const metricId = index.pairs.findName(METRIC_NAME);
  const counts = new Map<number, number>();
  for (let series = from; series < index.size; series++) {
    const metric = index.pairOf(series, metricId);
    if (metric !== NO_PAIR) counts.set(metric, (counts.get(metric) ?? 0) + 1);
  }
  const longest = new Longest(rows);
  for (const [metric, count] of counts) longest.add(metric, count);
  return { series: index.size - from, seriesByMetric: longest.take((metric) => index.pairs.textOf(metric)) };
}
