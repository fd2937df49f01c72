// The newest exemplars as they are acknowledged: found before they are in the tables. A cache: what it forgets the tables have, or
// will have within seconds.
import type { BlockMark } from '../../model/block-mark.ts';
import { compareLabels, type Labels } from '../../model/labels.ts';
import type { ExemplarColumns } from '../../model/metric-columns.ts';
import { canonicalLabels, fingerprintLabels } from '../../model/series-identity.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { Tap } from '../../storage/ports/tap.ts';
import { hexOf, textEntries } from '../tail/column-log-row.ts';
import { withTrace } from './exemplar-labels.ts';
import type { MillisRange } from './parameters.ts';
import type { SeriesExemplars } from './ports.ts';

type Exemplar = SeriesExemplars['exemplars'][number];

interface RecentExemplar extends Exemplar {
  readonly series: bigint;
}

/** A block waits for ten seconds at most: so many a second are found at once. */
const MAX_EXEMPLARS = 10_000;

function readExemplar(columns: ExemplarColumns, row: number): RecentExemplar {
  const ids = { traceId: hexOf(columns.traceId.at(row)), spanId: hexOf(columns.spanId.at(row)) };
  return {
    series: BigInt.asUintN(64, columns.series.get(row)),
    labels: withTrace(textEntries(columns.labels, row), ids),
    value: columns.value.get(row),
    timeMs: Number(columns.time.get(row)),
  };
}

export class RecentExemplars implements Tap {
  /** A ring: the place behind the newest has the oldest. */
  readonly #kept: RecentExemplar[] = [];
  #next = 0;

  accepted({ exemplars }: TelemetryBlock, { from, to }: { readonly from: BlockMark; readonly to: BlockMark }): void {
    for (let row = Math.max(from.exemplars, to.exemplars - MAX_EXEMPLARS); row < to.exemplars; row++) {
      this.#kept[this.#next] = readExemplar(exemplars, row);
      this.#next = (this.#next + 1) % MAX_EXEMPLARS;
    }
  }

  /** Whether there are any with times in the range. */
  hasAny({ fromMs, toMs }: MillisRange): boolean {
    return this.#kept.some(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  }

  /** `stored` and the exemplars of `series` that are not among them, by series, each in the order of times. */
  addTo(
    stored: readonly SeriesExemplars[],
    series: Iterable<Labels>,
    { fromMs, toMs }: MillisRange,
  ): SeriesExemplars[] {
    const recent = Map.groupBy(
      this.#kept.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs),
      (one) => one.series,
    );
    const found = new Map(stored.map((one) => [one.labels.key, one]));
    for (const labels of series) {
      const newer = recent.get(BigInt.asUintN(64, fingerprintLabels(canonicalLabels(labels))));
      if (newer === undefined) continue;
      const all = new Map((found.get(labels.key)?.exemplars ?? []).map((one) => [keyOf(one), one]));
      for (const { labels: own, value, timeMs } of newer) {
        const one = { labels: own, value, timeMs };
        all.set(keyOf(one), one);
      }
      const exemplars = [...all.values()].toSorted((left, right) => left.timeMs - right.timeMs);
      found.set(labels.key, { labels, exemplars });
    }
    return [...found.values()].toSorted((left, right) => compareLabels(left.labels, right.labels));
  }
}

const keyOf = ({ labels, value, timeMs }: Exemplar): string => `${timeMs} ${value} ${labels.key}`;
