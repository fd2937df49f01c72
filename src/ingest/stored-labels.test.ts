// Labels that the tables have are left out of blocks, and whatever happens no sample is left without them: behind a real intake stand
// tables that drop partitions, take a block in parts, refuse it, or die.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryIntake } from '../../test/durability/temporary-intake.ts';
import { readRows } from '../../test/support/read-block.ts';
import { CodedError } from '../base/coded-error.ts';
import { MetricClasses } from '../model/metric-classes.ts';
import type { TelemetryBlock } from '../model/telemetry-block.ts';
import { nanosFromMillis } from '../model/units.ts';
import type { BlockFile, BlockSink } from '../storage/ports/block-sink.ts';
import type { BlockWriter } from '../storage/ports/block-writer.ts';
import { LabelEras } from '../store/label-eras.ts';
import { SeriesBudget } from './budget/series-budget.ts';
import { exported, NOW, scraped, written } from './metric-frames.case.ts';
import { otlpFrameKinds } from './otlp/frame-kinds.ts';
import type { Accepted } from './intake.ts';
import { remoteWriteFrame } from './remote-write/remote-write-frame.ts';
import { scrapeFrame } from './scrape/scrape-frame.ts';

const DAY_MS = 86_400_000;
const kinds = [...otlpFrameKinds, scrapeFrame, remoteWriteFrame];
const metricClasses = new MetricClasses([['short', 3]]);

type Fate = 'done' | 'unavailable' | 'killed between tables' | 'killed behind' | 'refused' | 'dropped before';

/** Of each table, what every token brought to every partition. */
class Tables implements BlockSink, BlockWriter {
  readonly #files = new Map<string, Map<string, string[]>>();
  readonly #tables = new Map<string, Map<string, string[]>>();
  readonly eras: LabelEras;
  /** Of the next inserts; then all are done. */
  readonly fates: Fate[] = [];
  /** How many labels each block brought. */
  readonly brought: number[] = [];
  /** The day that a fate drops. */
  dropDay = 0;

  constructor(isAlone = true) {
    this.eras = new LabelEras(isAlone);
  }

  write(block: TelemetryBlock, folder: string, token: string): Promise<BlockFile[]> {
    const files: BlockFile[] = [];
    const add = (table: string, rows: readonly (readonly [partition: string, series: string])[]): void => {
      if (rows.length === 0) return;
      const byPartition = new Map<string, string[]>();
      for (const [partition, series] of rows)
        byPartition.set(partition, [...(byPartition.get(partition) ?? []), series]);
      const path = `${folder}/${token}.${table}`;
      this.#files.set(path, byPartition);
      files.push({ table, path, rows: rows.length, bytes: 0 });
    };
    const day = (hex: string): number => Buffer.from(hex, 'hex').readUInt16LE();
    add(
      'series',
      readRows(block.series).map((row) => [
        `${day(String(row['day']))}/${String(row['retention'])}`,
        `${String(row['series'])}`,
      ]),
    );
    for (const table of ['samples', 'exemplars'] as const)
      add(
        table,
        readRows(block[table]).map(({ time, series, retention }) => [
          `${Math.floor(Number(time) / DAY_MS)}/${String(retention)}`,
          `${String(series)}`,
        ]),
      );
    return Promise.resolve(files);
  }

  async insert(token: string, files: readonly BlockFile[], reliesOn?: string) {
    const fate = this.fates.shift() ?? 'done';
    const away = new CodedError('STORE_UNAVAILABLE', 503, 'the store is away');
    if (fate === 'unavailable') throw away;
    if (fate === 'dropped before') await this.drop(this.dropDay);
    const [outcome] = await this.eras.insert(reliesOn, async () => {
      for (const [at, { table, path }] of files.entries()) {
        if (fate === 'refused' && at === 1) throw new CodedError('BLOCK_REFUSED', 400, 'not this one');
        if (fate === 'killed between tables' && at === 1) this.kill(away);
        for (const [partition, series] of this.#files.get(path)!) {
          const key = `${table} ${partition}`;
          const tokens = this.#tables.get(key) ?? new Map<string, string[]>();
          this.#tables.set(key, tokens);
          if (!tokens.has(token)) tokens.set(token, series);
        }
      }
      await Promise.resolve();
      if (fate === 'killed behind') this.kill(away);
    });
    if (outcome.kind === 'stored') this.brought.push(files.find(({ table }) => table === 'series')?.rows ?? 0);
    return outcome;
  }

  /** The store ends, and its successor begins. */
  kill(error?: Error): void {
    this.eras.begin();
    if (error !== undefined) throw error;
  }

  async drop(day: number): Promise<void> {
    await this.eras.drop(() => {
      const gone = [...this.#tables.keys()].filter((key) => key.includes(` ${day}/`));
      for (const key of gone) this.#tables.delete(key);
      return Promise.resolve(gone.map((key) => ({ table: key.split(' ')[0]!, day, retention: 0, reason: 'expired' })));
    });
  }

  #of(key: string): string[] {
    return [...(this.#tables.get(key)?.values() ?? [])].flat();
  }

  /** Rows without labels in their own partition. */
  orphans(): string[] {
    return [...this.#tables.keys()].flatMap((key) => {
      const [table, partition] = key.split(' ');
      if (table === 'series') return [];
      const known = new Set(this.#of(`series ${partition}`));
      return this.#of(key).filter((series) => !known.has(series));
    });
  }

  /** Samples and exemplars. */
  rows(): number {
    return [...this.#tables.keys()].filter((key) => !key.startsWith('series')).flatMap((key) => this.#of(key)).length;
  }
}

const users = (from: number, size: number): string[] => Array.from({ length: size }, (_, i) => `u${from + i}`);
const today = Math.floor(NOW / DAY_MS);

function world(tables: Tables) {
  const temporary = temporaryIntake();
  const start = () =>
    temporary.start({ kinds, sink: tables, writer: tables, metricClasses, now: () => NOW, block: { maxRows: 200 } });
  return { ...temporary, start };
}

test.each([
  ['remote write', written],
  ['scrape', scraped],
  ['OTLP', exported],
])('%s: labels stand once in each partition', async (name, frame) => {
  const tables = new Tables();
  const intake = await world(tables).start();
  const own = name === 'scrape' ? 1 : 0;
  const send = async (metric: string, size: number, time?: number): Promise<number> => {
    await intake.accept(frame(metric, users(0, size), time));
    await intake.flush();
    return tables.brought.at(-1)!;
  };
  expect(await send('hits', 5)).toBe(5 + own);
  expect(await send('hits', 5)).toBe(0);
  expect(await send('hits', 7)).toBe(2);
  // Another day, and another class, are other partitions.
  expect(await send('hits', 7, NOW - DAY_MS)).toBe(7);
  expect(await send('short', 7)).toBe(7);
  expect(await send('short', 7)).toBe(0);
  await tables.drop(today - 1);
  expect(await send('hits', 7)).toBe(7 + own);
  tables.kill();
  expect(await send('hits', 7)).toBe(7 + own);
  expect(await send('hits', 7)).toBe(0);
  expect(tables.orphans()).toEqual([]);
});

test('where others may drop partitions every block brings its labels', async () => {
  const tables = new Tables(false);
  const intake = await world(tables).start();
  for (let i = 0; i < 3; i++) {
    await intake.accept(written('hits', users(0, 5)));
    await intake.flush();
  }
  expect(tables.brought).toEqual([5, 5, 5]);
});

test.each([
  ['remote write', written],
  ['scrape', scraped],
  ['OTLP', exported],
])('%s: series whose labels are stored keep their place in the budget from day to day', async (_, frame) => {
  const tables = new Tables();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const seriesBudget = new SeriesBudget(() => () => 3, log);
  seriesBudget.enforce();
  let now = NOW;
  const more = { kinds, sink: tables, writer: tables, seriesBudget, now: () => now };
  const intake = await temporaryIntake().start(more);
  const send = (list: readonly string[]): Promise<Accepted> => {
    const one = frame('hits', list, now);
    return intake.accept({ ...one, meta: { ...one.meta, time: now }, received: nanosFromMillis(now) });
  };
  for (let day = 0; day < 4; day++, now += DAY_MS) {
    for (let i = 0; i < 3; i++) {
      const { counts } = await send(users(0, 3));
      expect(counts.refused).toBe(0);
      await intake.flush();
    }
    const late = await send(users(7, 1));
    expect(late.counts.refused).toBeGreaterThan(0);
    await intake.flush();
  }
  expect(tables.orphans()).toEqual([]);
});

test('no sample is left without labels, and none is lost', async () => {
  const command = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('frame' as const),
        frame: fc.constantFrom(written, scraped, exported),
        metric: fc.constantFrom('hits', 'short'),
        from: fc.nat(4),
        size: fc.integer({ min: 1, max: 4 }),
        ago: fc.constantFrom(0, 0, 0, DAY_MS),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('fate' as const),
        fate: fc.constantFrom<Fate>(
          'killed between tables',
          'killed behind',
          'refused',
          'dropped before',
          'unavailable',
        ),
        day: fc.constantFrom(today, today - 1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), day: fc.constantFrom(today, today - 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('kill' as const, 'restart' as const) }) },
  );
  const flush = { kind: 'flush' } as const;
  const frame = { kind: 'frame', frame: written, metric: 'hits', from: 0, size: 2, ago: 0 } as const;
  let leftOut = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 24 }), async (list) => {
      const tables = new Tables();
      const { start } = world(tables);
      let intake = await start();
      let isWhole = true;
      let sent = 0;
      for (const one of list) {
        if (one.kind === 'frame') {
          const { counts } = await intake.accept(one.frame(one.metric, users(one.from, one.size), NOW - one.ago));
          sent += counts.stored;
        } else if (one.kind === 'flush') await intake.flush();
        else if (one.kind === 'fate') {
          tables.fates.push(one.fate);
          tables.dropDay = one.day;
          if (one.fate === 'refused' || one.fate === 'dropped before') isWhole = false;
        } else if (one.kind === 'drop') {
          await tables.drop(one.day);
          isWhole = false;
        } else if (one.kind === 'kill') tables.kill();
        else {
          await intake.drain(20);
          intake = await start();
        }
        expect(tables.orphans()).toEqual([]);
      }
      await intake.flush();
      expect(tables.orphans()).toEqual([]);
      if (isWhole) expect(tables.rows()).toBe(sent);
      leftOut += tables.brought.filter((count) => count === 0).length;
      await intake.drain(20);
    }),
    // The first leaves labels out for certain.
    { numRuns: 25, examples: [[[frame, flush, frame, flush]]] },
  );
  expect(leftOut).toBeGreaterThan(0);
});
