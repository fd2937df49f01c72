// Series with the awkward things that happen: gaps, resets, NaN, stale markers, jitter, a histogram, a series that ends.
import { Labels } from '../../src/model/labels.ts';
import type { MemorySample } from '../../src/query/promql/memory-series-source.ts';
import { makeRandom } from './generate-query.ts';

export const SERIES_START_MS = 1_795_248_000_000;
export const SERIES_END_MS = SERIES_START_MS + 3_600_000;
const INTERVAL_MS = 15_000;

export interface SampleSeries {
  readonly labels: Labels;
  readonly samples: readonly MemorySample[];
}

function walk(seed: number, next: (before: number, random: () => number) => number): MemorySample[] {
  const random = makeRandom(seed);
  const jitter = seed % 3 === 0 ? 40 : 0;
  const samples: MemorySample[] = [];
  let value = 0;
  const count = (SERIES_END_MS - SERIES_START_MS) / INTERVAL_MS;
  for (let i = 0; i < count; i++) {
    const timeMs = SERIES_START_MS + i * INTERVAL_MS + Math.floor(random() * jitter);
    value = next(value, random);
    if (random() < 0.03) continue;
    if (seed % 4 === 1 && i > 100 && i < 140) {
      if (i === 101) samples.push({ timeMs, value: NaN, isStale: true });
      continue;
    }
    if (seed % 7 === 2 && i > count * 0.6) break;
    samples.push({ timeMs, value: seed % 5 === 3 && random() < 0.02 ? NaN : value });
  }
  return samples;
}

/** All series, the same at each call. */
export function makeSampleSeries(): SampleSeries[] {
  const series: SampleSeries[] = [];
  let seed = 1;
  const add = (record: Record<string, string>, next: (before: number, random: () => number) => number): void => {
    series.push({ labels: Labels.from(record), samples: walk(seed++, next) });
  };
  for (const job of ['api', 'shop']) {
    for (const instance of ['i1', 'i2', 'i3']) {
      for (const code of ['200', '404', '503']) {
        for (const __name__ of ['requests_total', 'errors_total'])
          add({ __name__, job, instance, code, path: code === '404' ? '/item/商品' : '/items' }, (before, random) =>
            random() < 0.01 ? 0 : before + Math.floor(random() * 20),
          );
      }
      add({ __name__: 'temperature', job, instance }, (before, random) => before + random() * 2 - 1);
      add({ __name__: 'sparse', job, instance }, (before, random) => (random() < 0.8 ? before : random() * 1e6));
      add({ __name__: 'build_info', job, instance, version: `1.${instance}` }, () => 1);
      const counts = new Map<string, number>();
      for (const le of ['0.1', '0.5', '1', '5', '+Inf']) {
        counts.set(le, 0);
        add(
          { __name__: 'latency_bucket', job, instance, le },
          (before, random) => before + (le === '+Inf' ? 9 : Math.floor(random() * Number(le) * 2)),
        );
      }
    }
  }
  return series;
}
