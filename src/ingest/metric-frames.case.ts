// The same samples as frames of three kinds: remote write, scrape, OTLP. One series a user.
import { encodeExemplar, encodeSeries, packSnappy } from '../formats/remote-write/encode.case.ts';
import { nanosFromMillis } from '../model/units.ts';
import type { FrameInput } from './intake.ts';
import { encodeScrapeBody } from './scrape/scrape-body.ts';

/** When the frames come, and their samples if nothing else is said. */
export const NOW = Date.UTC(2026, 10, 29, 12);
const received = nanosFromMillis(NOW);

export function written(metric: string, users: readonly string[], timeMs = NOW): FrameInput {
  const series = users.flatMap((user) => {
    const labels = Object.entries({ __name__: metric, job: 'api', user });
    const exemplar = encodeExemplar([['trace_id', 'ab'.repeat(16)]], 1, timeMs);
    return encodeSeries({ labels, samples: [{ timeMs, value: 1 }] }, exemplar);
  });
  return { kind: 'remote-write', source: 'remote-write', received, body: packSnappy(Uint8Array.from(series)) };
}

/** `gone` are users whose series end. */
export function scraped(
  metric: string,
  users: readonly string[],
  timeMs = NOW,
  gone: readonly string[] = [],
): FrameInput {
  const lines = (list: readonly string[], more: string, time: string): Uint8Array =>
    new TextEncoder().encode(list.map((user) => `${metric}{user="${user}"${more}} 1${time}\n`).join(''));
  const report = [['up', 1]] as const;
  const meta = { time: NOW, labels: [['job', 'app']], honorTimestamps: true, format: 'text', report, relabel: [] };
  const answer = lines(users, '', timeMs === NOW ? '' : ` ${timeMs}`);
  const body = encodeScrapeBody({ answer, gone: lines(gone, ',job="app"', '') });
  return { kind: 'scrape', source: 'scrape:app', received, meta, body };
}

export function exported(metric: string, users: readonly string[], timeMs = NOW): FrameInput {
  const dataPoints = users.map((user) => ({
    attributes: [{ key: 'user', value: { stringValue: user } }],
    timeUnixNano: `${timeMs}000000`,
    asDouble: 1,
  }));
  const scopeMetrics = [{ metrics: [{ name: metric, gauge: { dataPoints } }] }];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const body = new TextEncoder().encode(JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] }));
  return { kind: 'otlp-metrics-json', source: 'otlp/http', received, body };
}
