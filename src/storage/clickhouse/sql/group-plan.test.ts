// Groups: the same plan answered from the counts by minute and from the rows, and weights.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { pushLogs, SERVICES } from '../../../../test/store/make-blocks.ts';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../../model/telemetry-block.ts';
import type { Field, GroupPlan, Predicate } from '../../ports/plan.ts';
import { migrations } from '../migrations.ts';
import { splitByMinutes, type CountRequest } from '../counted-groups.ts';
import { printRequest } from './requests.ts';
import { ClickHouseLogStore } from '../telemetry-stores.ts';

const MINUTE = 60_000_000_000n;
const FROM = (1_795_000_000_000_000_000n / MINUTE) * MINUTE;
const column = (name: string): Field => ({ kind: 'column', name });
// True for every row, and nothing that the counts know of: the plan has to go to the rows.
const always: Predicate = { kind: 'not', of: { kind: 'exists', field: { kind: 'attribute', name: 'never' } } };
let store: ClickHouseLogStore;
let storage: Awaited<ReturnType<typeof openTestEngine>>;

beforeAll(async () => {
  storage = await openTestEngine();
  store = new ClickHouseLogStore(storage.engine);
  for (let number = 0; number < 3; number++) {
    const block = new TelemetryBlock();
    pushLogs(block, { rows: 3000, from: FROM + BigInt(number) * 3n * MINUTE, span: 4 * Number(MINUTE), seed: number });
    const { logs } = block;
    for (let row = 0; row < logs.rows; row++) {
      // Some sampled rows, and some exactly at the turn of a minute and one ns beside it.
      if (row % 7 === 0) logs.weight.data.view.setFloat32(row * 4, 10, true);
      if (row % 50 === 0) logs.time.set(row, FROM + BigInt(row % 12) * MINUTE - BigInt(row % 3));
    }
    await storage.store(block);
  }
});

const nanos = fc.bigInt({ min: -2n * MINUTE, max: 14n * MINUTE }).map((offset) => FROM + offset);
const turn = fc.integer({ min: -2, max: 14 }).map((minute) => FROM + BigInt(minute) * MINUTE);
const condition: fc.Arbitrary<Predicate> = fc.oneof(
  fc.constant<Predicate>({ kind: 'all', of: [] }),
  fc
    .constantFrom(...SERVICES)
    .map((value): Predicate => ({ kind: 'compare', field: column('service'), op: '=', value })),
  fc
    .constantFrom(9, 13, 17)
    .map((value): Predicate => ({ kind: 'compare', field: column('severity'), op: '>=', value })),
);

test('the counts by minute and the rows give the same', async () => {
  const plans = fc.record({
    one: fc.oneof(nanos, turn),
    other: fc.oneof(nanos, turn),
    where: condition,
    by: fc.subarray([column('service'), column('severity')]),
    bucket: fc.constantFrom(undefined, MINUTE, 5n * MINUTE),
  });
  await fc.assert(
    fc.asyncProperty(plans, async ({ one, other, where, by, bucket }) => {
      const range = one < other ? { from: one, to: other } : { from: other, to: one };
      const aggregates = [{ kind: 'count' }, { kind: 'rows' }] as const;
      const common = { kind: 'groups', from: 'logs', range, by, aggregates, limit: 1000 } as const;
      const plan: GroupPlan = { ...common, where, ...(bucket === undefined ? {} : { bucket }) };
      const counted = await store.query(plan);
      const read = await store.query({ ...plan, where: { kind: 'all', of: [where, always] } });
      expect(counted.columns).toEqual(read.columns);
    }),
    { numRuns: 80 },
  );
});

test('counts that are made again from the rows are the same', async () => {
  const plan: GroupPlan = {
    kind: 'groups',
    from: 'logs',
    range: { from: FROM - 10n * MINUTE, to: FROM + 30n * MINUTE },
    where: { kind: 'all', of: [] },
    bucket: MINUTE,
    by: [column('service'), column('severity')],
    aggregates: [{ kind: 'count' }, { kind: 'rows' }],
    limit: 1000,
  };
  const before = await store.query(plan);
  const { driver } = storage.engine;
  const again = migrations.find(({ version }) => version === 2)!;
  for (const statement of again.statements(driver.deployment)) await driver.command(statement);
  expect((await store.query(plan)).columns).toEqual(before.columns);
  expect(before.rows).toBeGreaterThan(10);
});

/** The tables that the parts of a plan are read from; none when it is not cut into parts. */
const tablesOf = (plan: Partial<GroupPlan>): (string | undefined)[] => {
  const parts = splitByMinutes({
    kind: 'groups',
    from: 'logs',
    range: { from: FROM, to: FROM + 10n * MINUTE },
    where: { kind: 'all', of: [] },
    by: [],
    aggregates: [{ kind: 'count' }],
    limit: 10,
    ...plan,
  });
  const print = (part: CountRequest): string => printRequest(part, { kind: 'embedded', database: 'holter' }).sql;
  return (parts ?? []).map((part) => /FROM (\S+)/.exec(print(part))?.[1]);
};

test('only what the counts know is asked of them', () => {
  expect(tablesOf({})).toEqual(['holter.log_counts']);
  const ragged = { from: FROM + 1n, to: FROM + 10n * MINUTE };
  expect(tablesOf({ range: ragged })).toEqual(['holter.log_counts', 'holter.logs']);
  for (const plan of [
    { bucket: MINUTE / 2n },
    { by: [column('logger')] },
    { where: { kind: 'words', text: 'x' } as const },
    { aggregates: [{ kind: 'distinct', field: column('service') } as const] },
    { range: { from: FROM + 1n, to: FROM + MINUTE } },
  ])
    expect(tablesOf(plan)).toEqual([]);
});

test('counts, averages and quantiles go by weight', async () => {
  const range = { from: FROM - MINUTE, to: FROM + 20n * MINUTE };
  const plan = { kind: 'groups', from: 'logs', range, where: always, by: [], limit: 1 } as const;
  const elapsed: Field = { kind: 'attribute', name: 'elapsed_ms' };
  const { columns } = await store.query({
    ...plan,
    aggregates: [
      { kind: 'count' },
      { kind: 'sum', field: elapsed },
      { kind: 'avg', field: elapsed },
      { kind: 'min', field: elapsed },
    ],
  });
  const [count, sum, avg, min] = ['value0', 'value1', 'value2', 'value3'].map(
    (name) => (columns[name] as Float64Array)[0]!,
  );
  // Every seventh of 3 × 3000 rows stands for ten.
  expect(count).toBe(3 * (3000 + 429 * 9));
  expect(sum! / count!).toBeCloseTo(avg!, 6);
  expect(min).toBeGreaterThanOrEqual(0);
  const { columns: none } = await store.query({
    ...plan,
    aggregates: [{ kind: 'sum', field: { kind: 'attribute', name: 'nothing' } }],
  });
  expect(none['value0']).toEqual(Float64Array.of(0));
});

test('the largest groups come first; with buckets the limit counts series, and each keeps its buckets', async () => {
  const range = { from: FROM, to: FROM + 6n * MINUTE };
  const plan = {
    kind: 'groups',
    from: 'logs',
    range,
    where: always,
    by: [column('service')],
    aggregates: [{ kind: 'count' }],
    limit: 3,
  } as const;
  const totals = (await store.query(plan)).columns;
  const values = Array.from(totals['value0'] as Float64Array);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  const { columns } = await store.query({ ...plan, bucket: MINUTE });
  expect(new Set(columns['key0'] as string[])).toEqual(new Set(totals['key0'] as string[]));
  const buckets = Array.from(columns['bucket'] as BigInt64Array);
  expect(buckets).toEqual(buckets.toSorted((a, b) => Number(a - b)));
  expect(new Set(buckets).size).toBe(6);
});
