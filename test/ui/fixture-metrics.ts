// Deterministic metrics for the fixture server: counters with a restart, gauges, and thousands of names to search.
import type { MetricRangeInput } from '../../src/api/metrics.ts';
import { anchor, HOUR, random } from './fixture-data.ts';

const STEP = 15_000;
const statistics = { rowsRead: 2400, bytesRead: 19_200, milliseconds: 1.4 };

const main = [
  ['http_requests_total', 'counter', '', 'Requests answered, by path and status.'],
  ['http_request_duration_seconds_sum', 'histogram', 'seconds', 'Time spent answering requests.'],
  ['process_resident_memory_bytes', 'gauge', 'bytes', 'Resident memory of the process.'],
  ['queue_depth', 'gauge', '', '等待处理的任务数。'],
  ['up', 'gauge', '', 'Whether the last scrape worked.'],
] as const;

export const metricNames = [
  ...main.map(([metric, type, unit, help]) => ({ metric, type, unit, help, series: 6 })),
  ...Array.from({ length: 3000 }, (_, place) => ({
    metric: `shop_component_${String(place).padStart(4, '0')}_value`,
    type: 'gauge',
    unit: '',
    help: `Value of component ${place}.`,
    series: 1 + (place % 7),
  })),
];

/** Where the series come from: one label that grows. */
export const cardinality = {
  series: 12_410,
  from: `${anchor - 24 * HOUR}000000`,
  labelPairs: 5120,
  metrics: [
    { name: 'http_requests_total', count: 8400 },
    { name: '订单_total', count: 1200 },
    ...metricNames
      .slice(5, 12)
      .toReversed()
      .map(({ metric, series }) => ({ name: metric, count: series })),
  ],
  labels: [
    { name: 'user_id', count: 4210 },
    { name: 'path', count: 48 },
    { name: '区域', count: 6 },
  ],
  labelBytes: [{ name: 'user_id', count: 151_200 }],
  pairs: [
    { name: 'job=shop', count: 12_100 },
    { name: '__name__=http_requests_total', count: 8400 },
    { name: 'path=/checkout', count: 3300 },
    { name: '区域=华东', count: 2100 },
  ],
  indexBytes: 2_400_000,
  growth: {
    since: `${anchor - 2 * HOUR}000000`,
    lastHour: { series: 412, metrics: [{ name: 'http_requests_total', count: 412 }] },
    lastDay: { series: 903, metrics: [{ name: 'http_requests_total', count: 903 }] },
  },
};

/** Six series of any metric over the last hour; a `path` matcher narrows them. */
export function metricSeries(wanted: MetricRangeInput): unknown {
  const metric = wanted.matchers.find((matcher) => matcher.name === '__name__')?.value ?? '';
  const isCounter = /_(?:total|sum)$/.test(metric);
  const all = Array.from({ length: 6 }, (_, place) => {
    const labels = {
      job: 'shop',
      instance: `web-${1 + (place % 2)}:9100`,
      path: ['/api/v1/orders', '/api/v1/cart', '/结算'][place % 3]!,
      status: place === 5 ? '500' : '200',
    };
    const times: number[] = [];
    const values: number[] = [];
    let total = 1000;
    for (let time = Math.floor((anchor - HOUR) / STEP) * STEP; time <= anchor; time += STEP) {
      const wave = 20 + place * 6 + 14 * Math.sin(time / 400_000 + place) + 8 * random(time / STEP, place);
      const restarted = place === 1 && Math.abs(time - (anchor - HOUR / 2)) < STEP / 2;
      total = restarted ? 3 : total + wave * 15;
      times.push(time);
      values.push(isCounter ? Math.round(total) : metric === 'up' ? 1 : wave * 1e6);
    }
    return { id: `${place}`.padStart(16, '0'), metric, labels, times, values, samples: times.length };
  });
  const series = all.filter((entry) =>
    wanted.matchers.every((matcher) => {
      if (matcher.name === '__name__') return true;
      const value = (entry.labels as Readonly<Record<string, string>>)[matcher.name] ?? '';
      const isLike =
        matcher.op === 'eq' || matcher.op === 'ne'
          ? value === matcher.value
          : new RegExp(`^(?:${matcher.value})$`).test(value);
      return isLike === (matcher.op === 'eq' || matcher.op === 're');
    }),
  );
  return { series, matched: series.length, statistics };
}
