// Literals beside what the engine makes of the same values by its functions.
import { beforeAll, expect, test } from 'vitest';
import { openTestEngine } from '../../../../test/store/open-engine.ts';
import type { Driver } from '../driver/driver.ts';
import { decodeNative } from '../native/decode-native.ts';
import { printDays, printFingerprint, printId, printNanos } from './literals.ts';

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;

let driver: Driver;

beforeAll(async () => {
  ({ driver } = (await openTestEngine()).engine);
});

async function holds(condition: string): Promise<boolean> {
  const { bytes } = await driver.query(`SELECT toUInt8(${condition}) AS holds`, {});
  return (decodeNative(bytes).columns['holds'] as Uint8Array)[0] === 1;
}

test.each([
  FIRST,
  -SECOND - 1n,
  -1n,
  0n,
  1n,
  SECOND - 1n,
  951_782_399_999_999_999n,
  951_782_400n * SECOND,
  1_796_014_461_662_000_007n,
  7_258_118_400n * SECOND - 1n,
  7_258_118_400n * SECOND,
  LAST,
])('%d ns are that time', async (nanos) => {
  const column = `materialize(fromUnixTimestamp64Nano(toInt64(${nanos}), 'UTC'))`;
  expect(await holds(`${column} = ${printNanos(nanos)}`)).toBe(true);
  expect(await holds(`${column} IN (${printNanos(nanos)}, ${printNanos(5n)})`)).toBe(true);
  if (nanos > FIRST) expect(await holds(`${column} > ${printNanos(nanos - 1n)}`)).toBe(true);
  if (nanos < LAST) expect(await holds(`${column} < ${printNanos(nanos + 1n)}`)).toBe(true);
});

test.each([0n, 1n, 59n, 11_016n, 20_787n, 65_535n])('day %d is on itself alone', async (day) => {
  const within = printDays(day * DAY, (day + 1n) * DAY);
  for (const other of [day - 1n, day, day + 1n]) {
    if (other < 0n || other > 65_535n) continue;
    const column = `materialize(toDate(toUInt16(${other})))`;
    expect(await holds(within.replaceAll(/\bday\b/g, column)), String(other)).toBe(other === day);
  }
});

test.each(['00', '27', '5c', 'a1b2', 'ff'.repeat(16), '0a0d5c2700'.padEnd(32, '7f'), '0'.repeat(32)])(
  'id %s has these bytes',
  async (id) => {
    const column = `materialize(toFixedString(unhex('${id.padStart(32, '0')}'), 16))`;
    expect(await holds(`${column} = ${printId(id, 16)!}`)).toBe(true);
    expect(await holds(`${column} IN (${printId(id, 16)!}, ${printId('77', 16)!})`)).toBe(true);
    expect(await holds(`${column} = ${printId('1234', 16)!}`)).toBe(false);
  },
);

test.each([0n, 1n, 2n ** 63n, 2n ** 64n - 1n, -1n])('fingerprint %d is one of 64 bits', async (value) => {
  const column = `materialize(toUInt64('${BigInt.asUintN(64, value)}'))`;
  expect(await holds(`${column} = ${printFingerprint(value)}`)).toBe(true);
  expect(await holds(`${column} IN (${printFingerprint(value)}, 7)`)).toBe(true);
});
