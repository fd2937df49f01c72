// Blocks of metrics for tests of the store.
import { canonicalLabels, fingerprintLabels } from '../../src/model/series-identity.ts';
import type { Labels } from '../../src/model/labels.ts';
import type { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import type { MemorySample } from '../../src/query/promql/memory-series-source.ts';

const DAY_MS = 86_400_000;
const STALE = Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f);

/** Appends the samples, and the series on each day that they lie on. */
export function pushSeries(block: TelemetryBlock, labels: Labels, samples: readonly MemorySample[]): void {
  const canonical = canonicalLabels(labels);
  const series = fingerprintLabels(canonical);
  const metric = labels.metricName;
  const rest = canonical.filter(([name]) => name !== '__name__');
  const index = block.samples.metric.indexOf(metric);
  for (const { timeMs, value, isStale } of samples) {
    const day = Math.floor(timeMs / DAY_MS);
    if (block.series.isNew(series, day)) block.series.push(metric, series, day, rest);
    if (isStale !== true) {
      block.samples.push(index, series, timeMs, value);
      continue;
    }
    block.samples.metric.pushIndex(index);
    block.samples.series.push(series);
    block.samples.time.pushNumber(timeMs);
    block.samples.pushFloatBits(STALE, 0);
    block.samples.retention.push(0);
    block.samples.closeRow();
  }
}
