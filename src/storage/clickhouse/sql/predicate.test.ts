// What the engine finds for a predicate is what a plain reading of the predicate finds, for any predicate over rows and values made
// to break escaping: quotes, backslashes, comment marks, NUL, placeholders, Chinese.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../../../test/store/make-blocks.ts';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../../model/telemetry-block.ts';
import type { Field, Predicate, Scalar } from '../../ports/plan.ts';
import { fieldName } from '../../ports/plan.ts';
import { ClickHouseLogStore } from '../telemetry-stores.ts';
import { findTraceId } from './predicate.ts';
import { printNanos, printText } from './literals.ts';

const hostile = [
  '',
  'a',
  "it's",
  '\\',
  "\\'",
  "' OR 1=1 --",
  '"; DROP TABLE logs; --',
  '`',
  '/* x */',
  '{p:String}',
  '%_',
  '\u0000',
  '\u0000' + "'",
  '\n\t\r\b',
  '数据库',
  'é',
  '🙂',
  '42',
  '-7',
  '1.5',
  'true',
  'false',
  '$1',
  '?',
  '\\x27',
  '--',
  'a.b',
  'NULL',
];
const BODIES = [
  'connection refused by db-1',
  '连接数据库超时 order 42',
  'ÉCOLE opened',
  "it's over",
  'C:\\temp\\x',
  '',
  'error: a.b.c failed',
  'User_Id=7 logged in',
  '数 据 库',
  'x'.repeat(50),
];
const FROM = 1_795_000_000_000_000_000n;

interface Row {
  readonly body: string;
  readonly severity: number;
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly labels: Readonly<Record<string, string>>;
}

const rows: Row[] = [];
for (let i = 0; i < 120; i++) {
  const name = hostile[1 + ((i * 7) % (hostile.length - 1))]!;
  const values: Scalar[] = [hostile[(i * 5) % hostile.length]!, BigInt(i % 9) * 7n - 7n, (i % 6) * 0.75, i % 2 === 0];
  rows.push({
    body: BODIES[i % BODIES.length]!,
    severity: (i * 3) % 25,
    attributes: { [name]: values[i % 4]!, common: values[(i + 1) % 4]! },
    labels: i % 3 === 0 ? { 'host.name': hostile[i % hostile.length]!, "l'": 'x' } : {},
  });
}

function makeBlock(): TelemetryBlock {
  const block = new TelemetryBlock();
  const { logs } = block;
  rows.forEach((row, i) => {
    const fingerprint = BigInt(i % 3 === 0 ? i + 1 : 0);
    if (fingerprint !== 0n) block.resources.push(fingerprint, dayOf(FROM), 0, 's', Object.entries(row.labels));
    logs.time.push(FROM + BigInt(i));
    logs.observed.push(FROM);
    logs.originalTime.pushZero();
    logs.resource.push(fingerprint);
    logs.service.push('s');
    logs.severity.push(row.severity);
    logs.severityText.push('');
    logs.logger.push('');
    logs.event.push('');
    logs.body.push(row.body);
    logs.traceId.pushZero();
    logs.spanId.pushZero();
    logs.flags.push(0);
    for (const [name, value] of Object.entries(row.attributes)) {
      const { strings, ints, floats, bools } = logs.attributes;
      const map = { string: strings, bigint: ints, number: floats, boolean: bools }[typeof value as 'string'];
      map.keys.push(name);
      map.values.push((typeof value === 'boolean' ? Number(value) : value) as string);
    }
    logs.attributes.closeRow(i % 10 === 0 ? '{"nested":{"deep":"it\'s","n":[1,2]}}' : '');
    logs.exceptionType.push('');
    logs.exceptionMessage.pushEmpty();
    logs.exceptionStack.pushEmpty();
    logs.exceptionGroup.pushZero();
    logs.stream.pushZero();
    logs.docId.pushEmpty();
    logs.raw.pushEmpty();
    logs.weight.push(1);
    logs.retention.push(0);
    logs.ingester.push(1);
    logs.sequence.push(BigInt(i));
    logs.closeRow();
  });
  return block;
}

// The plain reading.
const isNumber = (text: string): boolean => /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
function textOf(row: Row, field: Field): string {
  if (field.kind === 'column') return field.name === 'body' ? row.body : String(row.severity);
  if (field.kind === 'resource') return row.labels[field.name] ?? '';
  const value = row.attributes[field.name];
  return value === undefined ? '' : String(value);
}
const has = (row: Row, field: Field): boolean => {
  if (field.kind === 'attribute') return field.name in row.attributes;
  if (field.kind === 'resource') return field.name in row.labels;
  return field.name === 'body' ? row.body !== '' : row.severity !== 0;
};
function equals(row: Row, field: Field, value: Scalar): boolean {
  const text = String(value);
  if (field.kind === 'column' && field.name === 'severity' && typeof value === 'boolean')
    return row.severity === Number(value);
  if (field.kind === 'column' && field.name === 'severity')
    return isNumber(text.trim()) && row.severity === Number(text);
  if (field.kind !== 'attribute') return textOf(row, field) === text;
  const own = row.attributes[field.name];
  if (own === undefined) return false;
  if (typeof own === 'number' || typeof own === 'bigint') return isNumber(text) && Number(own) === Number(text);
  return String(own) === text;
}
const fold = (text: string): string => text.toLowerCase();

function holds(row: Row, predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'all':
      return predicate.of.every((one) => holds(row, one));
    case 'any':
      return predicate.of.some((one) => holds(row, one));
    case 'not':
      return !holds(row, predicate.of);
    case 'exists':
      return has(row, predicate.field);
    case 'in':
      return predicate.values.some((value) => equals(row, predicate.field, value));
    case 'compare': {
      if (predicate.op === '=') return equals(row, predicate.field, predicate.value);
      return predicate.op === '!='
        ? !equals(row, predicate.field, predicate.value)
        : row.severity > Number(predicate.value);
    }
    case 'substring': {
      const text = textOf(row, predicate.field);
      return predicate.ignoreCase ? fold(text).includes(fold(predicate.text)) : text.includes(predicate.text);
    }
    case 'matches':
      return textOf(row, predicate.field).includes(predicate.pattern.replaceAll(/\\(.)/gs, '$1'));
    case 'words':
      return false;
  }
}

const field: fc.Arbitrary<Field> = fc.oneof(
  fc.constantFrom<Field>({ kind: 'column', name: 'body' }, { kind: 'column', name: 'severity' }),
  fc.constantFrom('common', ...hostile.slice(1)).map((name): Field => ({ kind: 'attribute', name })),
  fc.constantFrom('host.name', "l'", 'none').map((name): Field => ({ kind: 'resource', name })),
);
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostile, ...BODIES) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
);
const value: fc.Arbitrary<Scalar> = fc.oneof(
  anyText,
  fc.integer({ min: -10, max: 60 }),
  fc.boolean(),
  fc.constantFrom(7n, 0.75, 1.5),
);
const escaped = anyText.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));

const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ one: Predicate }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({
      kind: fc.constant('compare' as const),
      field,
      op: fc.constantFrom('=' as const, '!=' as const),
      value,
    }),
    fc.record({ kind: fc.constant('in' as const), field, values: fc.array(value, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('exists' as const), field }),
    fc.record({ kind: fc.constant('substring' as const), field, text: anyText, ignoreCase: fc.boolean() }),
    fc.record({ kind: fc.constant('matches' as const), field, pattern: escaped }),
    fc.record({ kind: fc.constant('all' as const), of: fc.array(tie('one'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('any' as const), of: fc.array(tie('one'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('one') }),
  ),
})).one;

let store: ClickHouseLogStore;
beforeAll(async () => {
  const storage = await openTestEngine();
  await storage.store(makeBlock());
  store = new ClickHouseLogStore(storage.engine);
});

async function find(where: Predicate): Promise<number[]> {
  const range = { from: FROM, to: FROM + 1000n };
  const { columns } = await store.query({
    kind: 'rows',
    from: 'logs',
    range,
    where,
    select: [],
    order: 'oldest',
    limit: 1000,
  });
  return Array.from(columns['sequence'] as BigUint64Array, Number);
}

test('the engine finds what the predicate says', async () => {
  await fc.assert(
    fc.asyncProperty(predicate, async (where) => {
      const expected = rows.flatMap((row, i) => (holds(row, where) ? [i] : []));
      expect(await find(where)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

test('any text comes back as it was printed', async () => {
  const range = { from: FROM, to: FROM + 1n };
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' })), async (name) => {
      const wanted: Field = { kind: 'attribute', name };
      const plan = {
        kind: 'rows',
        from: 'logs',
        range,
        where: { kind: 'exists', field: wanted },
        select: [wanted],
        order: 'newest',
        limit: 1,
      } as const;
      expect(Object.keys((await store.query(plan)).columns)).toContain(fieldName(wanted));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['connection REFUSED', [0]],
  ['refused connection', [0]],
  ['数据库', [1]],
  ['超时 ORDER', [1]],
  ['库据', []],
  ['école', [2]],
  ['ÉCOLE', [2]],
  ['failed', [6]],
  ['数，据', [1, 8]],
  ['conn', []],
  ['user', [7]],
  ['user_id', [7]],
  ['b.c', [6]],
  ['c failed', [6]],
])('words: %s', async (text, kinds) => {
  const found = await find({ kind: 'words', text });
  expect([...new Set(found.map((i) => i % BODIES.length))]).toEqual(kinds);
});

test('words count everywhere in a predicate', async () => {
  const refused: Predicate = { kind: 'words', text: 'REFUSED Connection' };
  const isRefused = (i: number): boolean => i % BODIES.length === 0;
  const all = rows.map((_, i) => i);
  expect(await find({ kind: 'not', of: refused })).toEqual(all.filter((i) => !isRefused(i)));
  const severe: Predicate = { kind: 'compare', field: { kind: 'column', name: 'severity' }, op: '>', value: 20 };
  expect(await find({ kind: 'any', of: [refused, severe] })).toEqual(
    all.filter((i) => isRefused(i) || rows[i]!.severity > 20),
  );
  expect(
    await find({
      kind: 'all',
      of: [
        { kind: 'not', of: severe },
        { kind: 'any', of: [refused, { kind: 'words', text: '超时' }] },
      ],
    }),
  ).toEqual(all.filter((i) => rows[i]!.severity <= 20 && (isRefused(i) || i % BODIES.length === 1)));
});

test('a text without words is looked for as it stands', async () => {
  expect([...new Set((await find({ kind: 'words', text: ':\\' })).map((i) => i % BODIES.length))]).toEqual([4]);
});

test('values inside nested attributes are found by their path', async () => {
  const nested: Field = { kind: 'attribute', name: 'nested.deep' };
  expect(await find({ kind: 'compare', field: nested, op: '=', value: "it's" })).toEqual(
    rows.flatMap((_, i) => (i % 10 === 0 ? [i] : [])),
  );
  expect(await find({ kind: 'exists', field: { kind: 'attribute', name: 'nested' } })).toHaveLength(12);
});

test('orders compare numbers as numbers', async () => {
  const severity: Field = { kind: 'column', name: 'severity' };
  const expected = rows.flatMap((row, i) => (row.severity > 9 ? [i] : []));
  expect(await find({ kind: 'compare', field: severity, op: '>', value: 9 })).toEqual(expected);
  const common: Field = { kind: 'attribute', name: 'common' };
  const larger = rows.flatMap((row, i) =>
    Number(row.attributes['common'] === '' ? NaN : row.attributes['common']) > 0.5 ? [i] : [],
  );
  expect(await find({ kind: 'compare', field: common, op: '>', value: 0.5 })).toEqual(larger);
});

test('the trace id is seen only where every row must have it', () => {
  const byId: Predicate = { kind: 'compare', field: { kind: 'column', name: 'traceId' }, op: '=', value: 'ab' };
  expect(findTraceId({ kind: 'all', of: [{ kind: 'words', text: 'x' }, byId] })).toBe('ab');
  expect(findTraceId({ kind: 'any', of: [byId] })).toBeUndefined();
  expect(findTraceId({ kind: 'not', of: byId })).toBeUndefined();
});

test('literals', () => {
  expect(printText("a'\\\u0000\n数")).toBe(String.raw`'a\x27\x5c\x00\x0a数'`);
  expect(printNanos(2n ** 70n)).toContain(String(2n ** 63n - 1n));
});
