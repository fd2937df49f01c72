// The Prometheus API of the fixture: the server's own endpoints and engine, over series in memory.
import { Labels } from '../../src/model/labels.ts';
import type { MetricRangeInput } from '../../src/api/metrics.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import type { SeriesExemplars } from '../../src/server/prometheus-api/ports.ts';
import { MemoryCatalog, servePrometheusApi, type PrometheusApi } from '../support/prometheus-api.ts';
import { anchor, HOUR, traceIdOf } from './fixture-data.ts';
import { metricNames, metricSeries } from './fixture-metrics.ts';
import { fixtureRules } from './fixture-rules.ts';

const STEP = 15_000;
const BUCKETS = ['0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

type Stored = { metric: string; labels: Record<string, string>; times: number[]; values: number[] };

function append(source: MemorySeriesSource, { metric, labels, times, values }: Stored): void {
  const samples = times.map((timeMs, place) => ({ timeMs, value: values[place] ?? 0 }));
  source.append(Labels.of(Object.entries({ __name__: metric, ...labels })), samples);
}

/** A classic histogram: quick on one path, slow on the other in the second half of the hour. */
function appendHistogram(source: MemorySeriesSource): void {
  for (const path of ['/api/v1/orders', '/结算']) {
    BUCKETS.forEach((le, place) => {
      const times: number[] = [];
      const values: number[] = [];
      let total = 0;
      for (let time = Math.floor((anchor - HOUR) / STEP) * STEP; time <= anchor; time += STEP) {
        const isSlow = path === '/结算' && time > anchor - HOUR / 2;
        total += Math.round(30 * (1 - Math.exp(-((place + 1) ** 2) / (isSlow ? 16 : 4))));
        times.push(time);
        values.push(total);
      }
      append(source, {
        metric: 'http_request_duration_seconds_bucket',
        labels: { job: 'shop', path, le },
        times,
        values,
      });
    });
  }
}

/** When the fixture's alert was pending and firing. */
function appendAlerts(source: MemorySeriesSource): void {
  const labels = { alertname: 'HighErrorRate', severity: 'critical', path: '/结算' };
  for (const [alertstate, from, to] of [
    ['pending', anchor - HOUR / 2, anchor - HOUR / 2 + 300_000],
    ['firing', anchor - HOUR / 2 + 315_000, anchor - HOUR / 6],
    ['firing', anchor - HOUR / 20, anchor],
  ] as const) {
    const times = Array.from({ length: Math.floor((to - from) / STEP) }, (_, place) => from + place * STEP);
    append(source, { metric: 'ALERTS', labels: { ...labels, alertstate }, times, values: times.map(() => 1) });
    const end = { timeMs: (times.at(-1) ?? 0) + STEP, value: Number.NaN, isStale: true };
    source.append(Labels.of(Object.entries({ __name__: 'ALERTS', ...labels, alertstate })), [end]);
  }
}

class FixtureCatalog extends MemoryCatalog {
  override exemplars(): Promise<readonly SeriesExemplars[]> {
    const exemplars = Array.from({ length: 24 }, (_, place) => ({
      labels: Labels.of([['trace_id', traceIdOf(place)]]),
      value: 0.05 + (place % 7) * 0.12,
      timeMs: anchor - place * 140_000 - 30_000,
    }));
    return Promise.resolve([{ labels: Labels.of([['__name__', 'http_request_duration_seconds_bucket']]), exemplars }]);
  }
}

/** The last hour; the caller closes `test`. */
export async function serveFixturePrometheus(): Promise<PrometheusApi> {
  const source = new MemorySeriesSource();
  const names = metricNames.slice(0, 5).map(({ metric }) => metric);
  for (const metric of [...names, 'shop_component_0001_value']) {
    const matchers: MetricRangeInput['matchers'] = [{ name: '__name__', op: 'eq', value: metric }];
    const { series } = metricSeries({ matchers }) as { series: Stored[] };
    for (const entry of series) append(source, entry);
  }
  appendHistogram(source);
  appendAlerts(source);
  const metadata = metricNames.slice(0, 20).map(({ metric, type, unit, help }) => ({ metric, type, unit, help }));
  return servePrometheusApi(source, {
    metadata,
    more: { catalog: new FixtureCatalog(source, metadata), now: Date.now },
  });
}

/** What /api/v1/rules answers. */
export const rulesAnswer = (): unknown => ({ status: 'success', data: { groups: fixtureRules(Date.now()) } });
