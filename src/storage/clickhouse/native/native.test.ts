// Columns written by us, read by the engine and written by it, and read by us: the same.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../../../../test/store/open-engine.ts';
import {
  DictionaryColumn,
  FixedColumn,
  Float32Column,
  Float64Column,
  Int64Column,
  MapColumn,
  StringColumn,
  Uint32Column,
  Uint8Column,
  type Column,
} from '../../../model/columns.ts';
import type { Driver } from '../driver/driver.ts';
import { openEmbeddedDriver } from '../driver/embedded-driver.ts';
import { printText } from '../sql/literals.ts';
import { decodeNative } from './decode-native.ts';
import { encodeNative, type NativeColumn } from './encode-native.ts';
import { parseNativeType } from './native-type.ts';

const folder = makeFolder();
let driver: Driver;
beforeAll(async () => {
  driver = await openEmbeddedDriver({ folder });
  return () => driver.close();
});

/** One kind of column: values of JavaScript, how they are pushed, what comes back. */
interface Kind {
  readonly type: string;
  readonly value: fc.Arbitrary<unknown>;
  readonly make: () => Column;
  readonly push: (column: never, value: never) => void;
  readonly back?: (value: never) => unknown;
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '用户登录成功', '\u0000', 'x'.repeat(300)));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const hexOf = (bytes: Uint8Array): string =>
  bytes.every((byte) => byte === 0) ? '' : Buffer.from(bytes).toString('hex');

function mapKind<V extends Column>(
  type: string,
  values: () => V,
  push: (column: V, value: never) => void,
  value: fc.Arbitrary<unknown>,
): Kind {
  return {
    type: `Map(LowCardinality(String), ${type})`,
    value: fc.uniqueArray(fc.tuple(text, value), { maxLength: 4, selector: ([key]) => key }),
    make: () => new MapColumn(values() as never),
    push: (column: never, pairs: never) => {
      const map = column as MapColumn<never>;
      for (const [key, one] of pairs as [string, never][]) {
        map.keys.push(key);
        push(map.values as V, one);
      }
      map.closeRow();
    },
  };
}

const kinds: readonly Kind[] = [
  { type: 'String', value: text, make: () => new StringColumn(), push: (c: StringColumn, v: string) => c.push(v) },
  {
    type: 'LowCardinality(String)',
    value: fc.oneof(fc.constantFrom('', 'a', 'b', '错误'), text),
    make: () => new DictionaryColumn(),
    push: (c: DictionaryColumn, v: string) => c.push(v),
  },
  { type: 'Int64', value: int64, make: () => new Int64Column(), push: (c: Int64Column, v: bigint) => c.push(v) },
  {
    type: 'UInt64',
    value: int64,
    make: () => new Int64Column(),
    push: (c: Int64Column, v: bigint) => c.push(v),
    back: (v: bigint) => BigInt.asUintN(64, v),
  },
  {
    type: "DateTime64(9, 'UTC')",
    value: int64,
    make: () => new Int64Column(),
    push: (c: Int64Column, v: bigint) => c.push(v),
  },
  {
    type: 'Float64',
    value: fc.double(),
    make: () => new Float64Column(),
    push: (c: Float64Column, v: number) => c.push(v),
  },
  {
    type: 'Float32',
    value: fc.float(),
    make: () => new Float32Column(),
    push: (c: Float32Column, v: number) => c.push(v),
  },
  {
    type: 'UInt32',
    value: fc.nat(2 ** 32 - 1),
    make: () => new Uint32Column(),
    push: (c: Uint32Column, v: number) => c.push(v),
  },
  { type: 'UInt8', value: fc.nat(255), make: () => new Uint8Column(), push: (c: Uint8Column, v: number) => c.push(v) },
  {
    type: 'Date',
    value: fc.uint8Array({ minLength: 2, maxLength: 2 }),
    make: () => new FixedColumn(2),
    push: (c: FixedColumn, v: Uint8Array) => c.pushBytes(v, 0),
    back: (v: Uint8Array) => v[0]! + v[1]! * 256,
  },
  {
    type: 'FixedString(16)',
    value: fc.oneof(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.constant(new Uint8Array(16))),
    make: () => new FixedColumn(16),
    push: (c: FixedColumn, v: Uint8Array) => c.pushBytes(v, 0),
    back: hexOf,
  },
  mapKind(
    'String',
    () => new StringColumn(),
    (c, v) => c.push(v),
    text,
  ),
  mapKind(
    'Int64',
    () => new Int64Column(),
    (c, v) => c.push(v),
    int64,
  ),
  mapKind(
    'Float64',
    () => new Float64Column(),
    (c, v) => c.push(v),
    fc.double(),
  ),
  mapKind(
    'UInt8',
    () => new Uint8Column(),
    (c, v) => c.push(v),
    fc.nat(255),
  ),
];

// Lone surrogates become U+FFFD when they are written as UTF-8, as everywhere.
const wellFormed = (value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : Array.isArray(value) ? value.map(wellFormed) : value;

let files = 0;

/** Writes the rows, lets the engine read them and write them again, and reads that. */
async function passThroughEngine(
  columns: readonly NativeColumn[],
  rows: number,
): Promise<ReturnType<typeof decodeNative>> {
  const path = join(folder, `${++files}.native`);
  await writeFile(path, Buffer.concat(encodeNative(columns, rows)));
  const { bytes } = await driver.query(`SELECT * FROM file(${printText(path)}, 'Native')`, { max_block_size: 7 });
  return decodeNative(bytes);
}

test('what is encoded comes back through the engine, for every kind of column', async () => {
  const rowsOf = fc.array(fc.tuple(...kinds.map((kind) => kind.value)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(rowsOf, async (rows) => {
      const columns = kinds.map((kind, i) => {
        const column = kind.make();
        for (const row of rows) kind.push(column as never, row[i] as never);
        return { name: `c${i}`, type: kind.type, column };
      });
      const back = await passThroughEngine(columns, rows.length);
      expect(back.rows).toBe(rows.length);
      kinds.forEach((kind, i) => {
        const expected = rows.map((row) => wellFormed(kind.back === undefined ? row[i] : kind.back(row[i] as never)));
        expect(Array.from(back.columns[`c${i}`] as readonly unknown[]), kind.type).toEqual(expected);
      });
    }),
    { numRuns: 60 },
  );
});

test('NaN payloads survive bit for bit', async () => {
  const bits = [0x7ff0000000000002n, 0x7ff8000000000001n, 0xfff8000000000000n];
  const column = new Float64Column();
  const view = new DataView(new ArrayBuffer(8));
  for (const one of bits) {
    view.setBigUint64(0, one, true);
    column.pushBytes(new Uint8Array(view.buffer), 0);
  }
  const back = await passThroughEngine([{ name: 'c', type: 'Float64', column }], bits.length);
  const { buffer } = back.columns['c'] as Float64Array;
  expect(Array.from(new BigUint64Array(buffer))).toEqual(bits);
});

test('the types that only queries give', async () => {
  const { bytes } = await driver.query(
    `SELECT [1, 2]::Array(UInt8) AS a, [['x'], []] AS aa, (1::Int16, 'x') AS t, toNullable('x') AS n, NULL::Nullable(Float64) AS f,
     map('a', toInt64(-1)) AS m, toLowCardinality(toNullable('z')) AS z, [toLowCardinality('q')] AS q, true AS b,
     toDateTime64('2026-01-02 03:04:05.678', 3, 'UTC') AS d, map('k', ['v']) AS ma`,
    {},
  );
  const { columns } = decodeNative(bytes);
  expect(columns).toEqual({
    a: [[1, 2]],
    aa: [[['x'], []]],
    t: [[1, 'x']],
    n: ['x'],
    f: Float64Array.of(NaN),
    m: [[['a', -1n]]],
    z: ['z'],
    q: [['q']],
    b: Uint8Array.of(1),
    d: BigInt64Array.of(1767323045678n),
    ma: [[['k', ['v']]]],
  });
});

test('an empty answer has its columns and no rows', async () => {
  const { bytes } = await driver.query('SELECT number, toLowCardinality(toString(number)) AS s FROM numbers(0)', {});
  expect(decodeNative(bytes).rows).toBe(0);
});

test('types are taken apart', () => {
  expect(parseNativeType("Map(LowCardinality(String), DateTime64(9, 'UTC'))").inner.map((one) => one.name)).toEqual([
    'LowCardinality',
    'DateTime64',
  ]);
  expect(parseNativeType('Tuple(a String, `b c` Array(Int64))').inner.map((one) => one.name)).toEqual([
    'String',
    'Array',
  ]);
  expect(parseNativeType("Enum8('a,(' = 1, 'b' = 2)").args).toEqual(["'a,(' = 1", "'b' = 2"]);
});
