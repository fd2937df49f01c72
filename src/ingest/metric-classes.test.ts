// Retention classes of metrics: every row of a metric carries its class, whichever way it came, also after a replay.
import { expect, test } from 'vitest';
import { temporaryIntake } from '../../test/durability/temporary-intake.ts';
import { readRows } from '../../test/support/read-block.ts';
import { classRules, readClassRules } from '../config/class-rules.ts';
import { MetricClasses, classSpans } from '../model/metric-classes.ts';
import type { TelemetryBlock } from '../model/telemetry-block.ts';
import { NOW, exported, scraped, written } from './metric-frames.case.ts';
import { otlpFrameKinds } from './otlp/frame-kinds.ts';
import { remoteWriteFrame } from './remote-write/remote-write-frame.ts';
import { scrapeFrame } from './scrape/scrape-frame.ts';

const DAY_MS = 86_400_000;
const kinds = [...otlpFrameKinds, scrapeFrame, remoteWriteFrame];
const metricClasses = new MetricClasses(classRules(['debug_.*=2d', 'slo=3y', 'debug_never=90d']));
const TWO_DAYS = classSpans.indexOf(2 * 86_400) + 1;
const THREE_YEARS = classSpans.indexOf(1095 * 86_400) + 1;

test.each([
  // Each of its samples has an exemplar, and exemplars are counted.
  ['remote write', written, 4],
  ['scrape', scraped, 2],
  ['OTLP', exported, 2],
])('%s: rows carry the class of their metric, and what is older than that is expired', async (_, frame, rows) => {
  const { start, engine } = temporaryIntake();
  const classes = new Set<string>();
  const resources = new Set<unknown>();
  const writer = {
    write(block: TelemetryBlock, folder: string, token: string) {
      for (const batch of [block.series, block.samples, block.exemplars])
        for (const { metric, retention } of readRows(batch)) classes.add(`${String(metric)} ${String(retention)}`);
      for (const { retention } of readRows(block.resources)) resources.add(retention);
      return Promise.resolve([{ table: 'samples', path: `${folder}/${token}`, rows: block.samples.rows, bytes: 0 }]);
    },
  };
  engine.fate = () => 'unavailable';
  const retention = () => ({ logs: 10n ** 18n, spans: 10n ** 18n, metrics: BigInt(30 * DAY_MS) * 1_000_000n });
  const first = await start({ kinds, writer, metricClasses, retention, now: () => NOW });
  const expired = async (metric: string, days: number): Promise<number> =>
    (await first.accept(frame(metric, ['a', 'b'], NOW - days * DAY_MS))).counts.expired;
  expect([await expired('debug_x', 1), await expired('debug_x', 3)]).toEqual([0, rows]);
  expect([await expired('plain', 3), await expired('plain', 40)]).toEqual([0, rows]);
  expect([await expired('slo', 40), await expired('slo', 1100)]).toEqual([0, rows]);
  await first.drain(5);
  engine.fate = () => 'done';
  classes.clear();
  resources.clear();
  // The frames say themselves by which rules they came.
  const second = await start({ kinds, writer, now: () => NOW });
  await second.flush();
  expect([...classes].filter((one) => !one.startsWith('up')).toSorted()).toEqual([
    `debug_x ${TWO_DAYS}`,
    'plain 0',
    `slo ${THREE_YEARS}`,
  ]);
  if (frame === exported) expect(resources).toEqual(new Set([0, TWO_DAYS, THREE_YEARS]));
  for (const row of second.ledger()) expect(row.received).toBe(row.stored + row.expired);
});

test('rules name one of the spans that there are', () => {
  expect(readClassRules(['a=b=2d', 'x.*=3y'])).toMatchObject({ ok: true });
  expect(classRules(['a=b=2d'])).toEqual([['a=b', TWO_DAYS]]);
  for (const [text, error] of [
    ['debug', /expected REGEX=SPAN/],
    ['debug=3d', /expected one of 1d, 2d, 7d, 14d, 30d, 90d, 180d, 365d, 1095d/],
    ['(=2d', /the regex .* is wrong/],
  ] as const)
    expect(readClassRules([text])).toMatchObject({ ok: false, error: expect.stringMatching(error) as string });
});
