import type { CardinalityResponse } from '../../api/cardinality.ts';
import { nanosFromMillis } from '../../model/units.ts';
import type { Growth, NamedCount } from '../../store/head/cardinality.ts';
import type { Handlers } from '../http/handler.ts';
import type { Cardinality } from '../prometheus-api/endpoints/status.ts';

/** What knows where the series come from; lists of at most `rows`. */
export interface CardinalityFacts {
  cardinality(rows: number, signal: AbortSignal): Promise<Cardinality>;
}

const counts = (list: readonly NamedCount[]): { name: string; count: number }[] =>
  list.map(({ name, value }) => ({ name, count: value }));
const nanos = (ms: number): string => String(nanosFromMillis(ms));

function describe(found: Cardinality): CardinalityResponse {
  const { bytes, newSinceMs, lastHour, lastDay } = found;
  const grown = ({ series, seriesByMetric }: Growth) => ({ series, metrics: counts(seriesByMetric) });
  return {
    series: found.series,
    from: nanos(found.minTimeMs),
    labelPairs: found.labelPairs,
    metrics: counts(found.seriesByMetric),
    labels: counts(found.valuesByLabel),
    labelBytes: counts(found.bytesByLabel),
    pairs: counts(found.seriesByPair),
    ...(bytes !== undefined && { indexBytes: bytes }),
    ...(newSinceMs !== undefined &&
      lastHour !== undefined &&
      lastDay !== undefined && {
        growth: { since: nanos(newSinceMs), lastHour: grown(lastHour), lastDay: grown(lastDay) },
      }),
  };
}

export function cardinalityHandlers(facts: CardinalityFacts): Pick<Handlers, 'readCardinality'> {
  return {
    readCardinality: async ({ query, signal }) => describe(await facts.cardinality(query.limit, signal)),
  };
}
