// Names of attributes with how many rows carry each, and aggregates with conditions of their own, on rows that stand for several.
import { beforeAll, expect, test } from 'vitest';
import { pushLogs } from '../../../../test/store/make-blocks.ts';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../../model/telemetry-block.ts';
import { everything, type Field, type Predicate } from '../../ports/plan.ts';
import { ClickHouseLogStore } from '../telemetry-stores.ts';

const FROM = 1_795_000_000_000_000_000n;
const SPAN = 600_000_000_000;
const ROWS = 3000;
const range = { from: FROM - 60_000_000_000n, to: FROM + BigInt(SPAN) };
const column = (name: string): Field => ({ kind: 'column', name });
const equals = (name: string, value: string | number): Predicate => ({
  kind: 'compare',
  field: column(name),
  op: '=',
  value,
});
let store: ClickHouseLogStore;
let logs: TelemetryBlock['logs'];

beforeAll(async () => {
  const storage = await openTestEngine();
  store = new ClickHouseLogStore(storage.engine);
  const block = new TelemetryBlock();
  logs = block.logs;
  pushLogs(block, {
    rows: ROWS,
    from: FROM,
    span: SPAN,
    seed: 7,
    attributes: ({ bools }, row) => {
      if (row % 5 === 0) {
        bools.keys.push('retried');
        bools.values.push(1);
      }
      return row % 11 === 0 ? '{"tags":["a"],"request_id":{"deep":1}}' : '';
    },
  });
  for (let row = 0; row < ROWS; row++) if (row % 7 === 0) logs.weight.data.view.setFloat32(row * 4, 10, true);
  await storage.store(block);
});

const serviceOf = (row: number): string => Buffer.from(logs.service.keys.get(logs.service.indexes.get(row))).toString();
function weigh(matches: (row: number) => boolean): number {
  let sum = 0;
  for (let row = 0; row < ROWS; row++) if (matches(row)) sum += logs.weight.get(row);
  return sum;
}

test.each([
  ['all rows', everything, () => true],
  ['the rows of a service', equals('service', 'orders'), (row: number) => serviceOf(row) === 'orders'],
])('names of attributes of %s', async (_, where: Predicate, isIn: (row: number) => boolean) => {
  const { rows, columns } = await store.query({ kind: 'field-names', from: 'logs', range, where, limit: 100 });
  const { name, kind, rows: counts } = columns;
  const found = Array.from({ length: rows }, (_row, at) => [name![at], kind![at], counts![at]]);
  const all = weigh(isIn);
  const nested = weigh((row) => isIn(row) && row % 11 === 0);
  expect(found).toEqual([
    ['elapsed_ms', 'float', all],
    ['http.route', 'string', all],
    ['request_id', 'string', all],
    ['user_id', 'int', all],
    ['retried', 'bool', weigh((row) => isIn(row) && row % 5 === 0)],
    ['request_id', 'json', nested],
    ['tags', 'json', nested],
  ]);
  expect(nested).toBeGreaterThan(0);
});

test('counts with a condition of their own, and several quantiles of a field, are what each alone is', async () => {
  const groups = { kind: 'groups', from: 'logs', range, by: [column('service')], limit: 100 } as const;
  const elapsed: Field = { kind: 'attribute', name: 'elapsed_ms' };
  const quantiles = [
    { kind: 'quantile', q: 0.5, field: elapsed },
    { kind: 'quantile', q: 0.99, field: { kind: 'attribute', name: 'user_id' } },
    { kind: 'quantile', q: 0.99, field: elapsed },
  ] as const;
  const warning = equals('severity', 13);
  const together = await store.query({
    ...groups,
    where: everything,
    aggregates: [{ kind: 'count' }, { kind: 'count', where: warning }, ...quantiles],
  });
  const services = Array.from({ length: together.rows }, (_, row) => String(together.columns['key0']![row]));
  expect(services.toSorted()).toEqual(
    [...new Set(Array.from({ length: ROWS }, (_, row) => serviceOf(row)))].toSorted(),
  );
  for (const [row, service] of services.entries()) {
    const at = (name: string): unknown => together.columns[name]![row];
    expect(at('value0')).toBe(weigh((one) => serviceOf(one) === service));
    expect(at('value1')).toBe(weigh((one) => serviceOf(one) === service && logs.severity.get(one) === 13));
    for (const [index, quantile] of quantiles.entries()) {
      const alone = await store.query({ ...groups, where: equals('service', service), aggregates: [quantile] });
      expect(at(`value${index + 2}`)).toBe(alone.columns['value0']![0]);
    }
  }
});
