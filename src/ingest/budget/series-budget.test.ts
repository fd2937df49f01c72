// The budget behind a real intake: series that are known live on, new ones are refused, and a replay makes the same rows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRows } from '../../../test/support/read-block.ts';
import { temporaryIntake } from '../../../test/durability/temporary-intake.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import { NOW, exported, scraped, written } from '../metric-frames.case.ts';
import { otlpFrameKinds } from '../otlp/frame-kinds.ts';
import { remoteWriteFrame } from '../remote-write/remote-write-frame.ts';
import { scrapeFrame } from '../scrape/scrape-frame.ts';
import { SeriesBudget, type SeriesLimits } from './series-budget.ts';

const DAY_MS = 86_400_000;
const kinds = [...otlpFrameKinds, scrapeFrame, remoteWriteFrame];

/** An intake that notes the rows of each block as `metric user`, and a budget before it. */
function world(limits: SeriesLimits) {
  const temporary = temporaryIntake();
  const blocks = new Map<string, string[]>();
  const messages: string[] = [];
  const add = (message: string): void => void messages.push(message);
  const newBudget = (): SeriesBudget => new SeriesBudget(() => limits, { info: add, warn: add, error: add });
  const writer = {
    write(block: TelemetryBlock, folder: string, token: string) {
      const users = new Map(
        readRows(block.series).map(({ series, labels }) => [series, (labels as { user?: string }).user]),
      );
      for (const row of [...readRows(block.samples), ...readRows(block.exemplars)])
        expect(users.has(row['series'])).toBe(true);
      blocks.set(
        token,
        readRows(block.samples).map(({ metric, series }) => `${String(metric)} ${users.get(series) ?? '-'}`),
      );
      return Promise.resolve([{ table: 'samples', path: `${folder}/${token}`, rows: block.samples.rows, bytes: 0 }]);
    },
  };
  const start = (seriesBudget: SeriesBudget) => temporary.start({ kinds, writer, seriesBudget, now: () => NOW });
  return {
    ...temporary,
    start,
    newBudget,
    messages,
    rows: () => [...blocks.values()].flat(),
    forget: () => blocks.clear(),
  };
}

const users = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `u${from + i}`);

test.each([
  ['remote write', written],
  ['scrape', scraped],
  ['OTLP', exported],
])('%s: old series live on, new ones are refused and counted, other metrics are not touched', async (_, frame) => {
  const { start, newBudget, rows, messages } = world((metric) => (metric === 'hits' ? 3 : 1000));
  const budget = newBudget();
  const intake = await start(budget);
  // Before it knows what is stored nothing is refused, and what came then lives on.
  await intake.accept(frame('hits', users(0, 5)));
  budget.enforce();
  const { counts, message } = await intake.accept(frame('hits', users(3, 9)));
  await intake.accept(frame('other', users(0, 9)));
  await intake.flush();
  expect(
    rows()
      .filter((row) => row.startsWith('hits'))
      .toSorted(),
  ).toEqual([...users(0, 5), 'u3', 'u4'].map((user) => `hits ${user}`).toSorted());
  expect(rows().filter((row) => row.startsWith('other')).length).toBe(9);
  expect(counts.refused).toBeGreaterThanOrEqual(4);
  expect(message).toMatch(/budget/);
  for (const row of intake.ledger())
    expect(row.received).toBe(
      row.stored + row.refused + row.quarantined + row.expired + row.deduplicated + row.inSpool,
    );
  expect(budget.breaches()).toMatchObject([{ metric: 'hits', limit: 3, series: 5, label: 'user', since: NOW }]);
  expect(budget.breaches()[0]!.values).toContain('u8');
  expect(
    messages.filter((line) => line.includes('budget of 3 series') && line.includes('the label user')),
  ).toHaveLength(1);
});

test('the end of a refused series is refused, that of an old one is stored, and `up` always is', async () => {
  const { start, newBudget, rows } = world(() => 1);
  const budget = newBudget();
  const intake = await start(budget);
  budget.enforce();
  await intake.accept(scraped('hits', ['a', 'b']));
  await intake.accept(scraped('hits', [], NOW, ['a', 'b']));
  await intake.flush();
  expect(rows()).toEqual(['hits a', 'up -', 'hits a', 'up -']);
  expect(intake.ledger()[0]).toMatchObject({ received: 6, stored: 4, refused: 2, inSpool: 0 });
});

test('a replay stores what was acknowledged and refuses what was refused, whatever the budget is by then', async () => {
  const command = fc.record({
    frame: fc.constantFrom(written, scraped, exported),
    metric: fc.constantFrom('a', 'b'),
    from: fc.nat(12),
    size: fc.integer({ min: 1, max: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      async (list, limit) => {
        const { start, engine, newBudget, rows, forget } = world(() => limit);
        engine.fate = () => 'unavailable';
        const budget = newBudget();
        const first = await start(budget);
        budget.enforce();
        const known = new Map<string, Set<string>>();
        const expected: string[] = [];
        for (const { frame, metric, from, size } of list) {
          // Each kind has other labels beside `user`: its series are its own.
          const own = `${metric}_${frame.name}`;
          const names = known.get(own) ?? new Set();
          known.set(own, names);
          await first.accept(frame(own, users(from, from + size)));
          for (const user of users(from, from + size)) {
            if (!names.has(user) && names.size >= limit) continue;
            names.add(user);
            expected.push(`${own} ${user}`);
          }
        }
        await first.drain(5);
        const before = first.ledger();
        forget();
        engine.fate = () => 'done';
        // Nothing is known, and nobody may have a series: the frames say themselves what they held.
        const strict = new SeriesBudget(() => () => 0, { info: () => {}, warn: () => {}, error: () => {} });
        strict.enforce();
        const second = await start(strict);
        await second.flush();
        expect(
          rows()
            .filter((row) => !row.startsWith('up'))
            .toSorted(),
        ).toEqual(expected.toSorted());
        for (const row of second.ledger()) {
          expect(row.received).toBe(row.stored + row.refused);
          expect(row.refused).toBe(before.find(({ source }) => source === row.source)!.refused);
        }
        await second.drain(5);
      },
    ),
    { numRuns: 25 },
  );
});

test('series that were not written for a day give their place back; a frame that fails takes none', () => {
  const messages: string[] = [];
  const add = (message: string): void => void messages.push(message);
  let limits: SeriesLimits = () => 2;
  const budget = new SeriesBudget(() => limits, { info: add, warn: add, error: add });
  budget.learn('hits', 1, -1, Math.floor(NOW / DAY_MS));
  budget.enforce();
  const ask = (now: number, low: number, isKept = true): boolean => {
    const frame = budget.begin(now);
    const answer = frame.admits('hits', low, -low, () => [['user', `u${low}`]]);
    if (isKept) frame.durable();
    else frame.failed();
    return answer;
  };
  expect([ask(NOW, 1), ask(NOW, 2, false), ask(NOW, 3), ask(NOW, 4), ask(NOW, 2), ask(NOW, 3)]).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(budget.breaches()).toMatchObject([{ series: 2, refused: 2, label: 'user' }]);
  expect([ask(NOW + DAY_MS, 3), ask(NOW + DAY_MS, 4), ask(NOW + 2 * DAY_MS, 4), ask(NOW + 2 * DAY_MS, 5)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  limits = () => 3;
  expect(ask(NOW + 2 * DAY_MS, 5)).toBe(true);
  expect(budget.breaches()).toEqual([]);
  expect(messages.at(-1)).toMatch(/has room/);
});
