// Rate, errors and durations of spans: the counts by minute say what the spans themselves say, and a block that comes again changes
// nothing. Compared with plain arithmetic over the rows that were written.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { makeRandom, pushSpans } from '../../../test/store/make-blocks.ts';
import { openTestEngine, type TestEngine } from '../../../test/store/open-engine.ts';
import { durationBucket } from '../../model/duration-buckets.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { everything, type Field, type GroupPlan, type Predicate } from '../ports/plan.ts';
import { NativeBlockWriter } from './block-files.ts';
import { splitByMinutes } from './counted-groups.ts';
import { migrations } from './migrations.ts';
import { applyRetention } from './partitions.ts';
import { readStatistics } from './statistics.ts';
import { ClickHouseTraceStore } from './telemetry-stores.ts';

const MINUTE = 60_000_000_000n;
const DAY = 86_400_000_000_000n;
const FROM = (1_795_000_000_000_000_000n / DAY) * DAY;
const column = (name: string): Field => ({ kind: 'column', name });
const KEYS = ['service', 'name', 'kind', 'status', 'durationBucket'] as const;
type Key = (typeof KEYS)[number];
/** True for every row, and nothing that the counts know of: the plan has to go to the rows. */
const always: Predicate = { kind: 'not', of: { kind: 'exists', field: { kind: 'attribute', name: 'never' } } };

interface Row extends Readonly<Record<Key, string>> {
  readonly time: bigint;
  readonly weight: number;
  readonly duration: number;
}

const rows: Row[] = [];
let storage: TestEngine;
let store: ClickHouseTraceStore;

function makeBlock(seed: number): TelemetryBlock {
  const block = new TelemetryBlock();
  pushSpans(block, { rows: 2000, from: FROM + BigInt(seed) * 3n * MINUTE, span: 4 * Number(MINUTE), seed });
  const random = makeRandom(seed + 100);
  const { spans } = block;
  for (let row = 0; row < spans.rows; row++) {
    spans.kind.data.bytes[row] = Math.floor(random() * 6);
    spans.status.data.bytes[row] = Math.floor(random() * 3);
    spans.duration.set(row, row % 10 === 0 ? BigInt(row / 10) : BigInt(Math.floor(Math.exp(random() * 42))));
    if (row % 7 === 0) spans.weight.data.view.setFloat32(row * 4, 10, true);
    // Some exactly at the turn of a minute, one ns beside it, and on the day before.
    if (row % 50 === 0) spans.time.set(row, FROM + BigInt(row % 7) * MINUTE - BigInt(row % 3));
  }
  return block;
}

beforeAll(async () => {
  storage = await openTestEngine();
  store = new ClickHouseTraceStore(storage.engine);
  for (let number = 0; number < 3; number++) {
    const block = makeBlock(number);
    const { spans } = block;
    for (let row = 0; row < spans.rows; row++) {
      const duration = Number(spans.duration.get(row));
      rows.push({
        time: spans.time.get(row),
        service: spans.service.get(row),
        name: spans.name.get(row),
        kind: String(spans.kind.get(row)),
        status: String(spans.status.get(row)),
        durationBucket: String(durationBucket(duration)),
        weight: spans.weight.get(row),
        duration,
      });
    }
    const files = await new NativeBlockWriter().write(block, storage.folder, `block-${number}`);
    // The same block again, as a replay offers it.
    for (let time = 0; time < 2; time++) await storage.engine.insert(`token-${number}`, files);
  }
});

const nanos = fc.bigInt({ min: -2n * MINUTE, max: 14n * MINUTE }).map((offset) => FROM + offset);
const turn = fc.integer({ min: -2, max: 14 }).map((minute) => FROM + BigInt(minute) * MINUTE);

/** Sums by bucket and keys, as plain arithmetic has them. */
function countRows(from: bigint, to: bigint, by: readonly Key[], bucket: bigint | undefined): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const row of rows) {
    if (row.time < from || row.time >= to) continue;
    const at = bucket === undefined ? '' : String((row.time / bucket) * bucket);
    const name = [at, ...by.map((key) => row[key])].join('|');
    const [count, counted, duration] = sums.get(name) ?? [0, 0, 0];
    sums.set(name, [count! + row.weight, counted! + 1, duration! + row.weight * row.duration]);
  }
  return sums;
}

test('counts by minute, also of ragged ranges, are those of the spans', async () => {
  const plans = fc.record({
    one: fc.oneof(nanos, turn),
    other: fc.oneof(nanos, turn),
    by: fc.subarray([...KEYS]),
    bucket: fc.constantFrom(undefined, MINUTE, 5n * MINUTE),
  });
  await fc.assert(
    fc.asyncProperty(plans, async ({ one, other, by, bucket }) => {
      const range = one < other ? { from: one, to: other } : { from: other, to: one };
      const { columns, rows: found } = await store.query({
        kind: 'groups',
        from: 'spans',
        range,
        where: everything,
        by: by.map(column),
        aggregates: [{ kind: 'count' }, { kind: 'rows' }, { kind: 'sum', field: column('duration') }],
        limit: 100_000,
        ...(bucket === undefined ? {} : { bucket }),
      });
      const expected = countRows(range.from, range.to, by, bucket);
      // Without a key the engine has one row for nothing.
      if (expected.size === 0 && by.length === 0) return;
      expect(found).toBe(expected.size);
      for (let row = 0; row < found; row++) {
        const at = bucket === undefined ? '' : String(columns['bucket']![row]);
        const name = [at, ...by.map((_, i) => String(columns[`key${i}`]![row]))].join('|');
        const [count, counted, duration] = expected.get(name) ?? [];
        expect(columns['value0']![row], name).toBe(count);
        expect(columns['value1']![row], name).toBe(counted);
        expect(Number(columns['value2']![row]) / duration! || 1, name).toBeCloseTo(1, 9);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('the bucket of a duration is the same in the engine', async () => {
  const plan = { kind: 'groups', from: 'spans', where: always, aggregates: [{ kind: 'rows' }], limit: 10_000 } as const;
  const range = { from: FROM - DAY, to: FROM + DAY };
  const { columns, rows: found } = await store.query({
    ...plan,
    range,
    by: ['duration', 'durationBucket'].map(column),
  });
  expect(found).toBeGreaterThan(1000);
  for (let row = 0; row < found; row++)
    expect(columns['key1']![row]).toBe(String(durationBucket(Number(columns['key0']![row]))));
});

const whole: GroupPlan = {
  kind: 'groups',
  from: 'spans',
  range: { from: FROM - 10n * MINUTE, to: FROM + 30n * MINUTE },
  where: everything,
  bucket: MINUTE,
  by: KEYS.map(column),
  aggregates: [{ kind: 'count' }, { kind: 'rows' }],
  limit: 100_000,
};

test('a database of an older version gets the counts of the spans that it has', async () => {
  const before = await store.query(whole);
  const { driver } = storage.engine;
  const migration = migrations.find(({ version }) => version === 3)!;
  // Twice: a migration that was killed is begun anew.
  for (let time = 0; time < 2; time++)
    for (const statement of migration.statements(driver.deployment)) await driver.command(statement);
  expect((await store.query(whole)).columns).toEqual(before.columns);
  expect(before.rows).toBeGreaterThan(1000);
});

test('only what the counts know is asked of them', () => {
  const fromCounts = (plan: Partial<GroupPlan>): boolean => splitByMinutes({ ...whole, ...plan }) !== undefined;
  expect(fromCounts({})).toBe(true);
  expect(fromCounts({ where: { kind: 'compare', field: column('name'), op: '=', value: 'GET /' } })).toBe(true);
  // A count has the durations of many spans together: a condition on them needs the rows.
  expect(fromCounts({ where: { kind: 'compare', field: column('durationBucket'), op: '>', value: 9 } })).toBe(false);
  expect(fromCounts({ where: { kind: 'compare', field: column('duration'), op: '>', value: 9 } })).toBe(false);
  expect(fromCounts({ aggregates: [{ kind: 'sum', field: column('weight') }] })).toBe(false);
  expect(fromCounts({ aggregates: [{ kind: 'max', field: column('duration') }] })).toBe(false);
  expect(fromCounts({ by: [column('severity')] })).toBe(false);
});

test('the counts go with the spans that they are of', async () => {
  const millis = Number(FROM / 1_000_000n);
  const days = async (table: string): Promise<string[]> =>
    (await readStatistics(storage.engine.driver)).find((one) => one.table === table)!.partitions.map(({ day }) => day);
  for (const counts of ['span_counts', 'service_edges']) expect(await days(counts)).toEqual(await days('spans'));
  expect((await days('spans')).length).toBe(2);
  const kept = { logs: 86_400_000, traces: 3 * 86_400_000, metrics: 86_400_000 };
  await applyRetention(storage.engine.driver, { classes: [kept] }, millis + 3 * 86_400_000, undefined);
  for (const counts of ['span_counts', 'service_edges']) expect(await days(counts)).toEqual(await days('spans'));
  expect((await days('spans')).length).toBe(1);
});
