// Measures layouts of the logs table against each other on the embedded engine: sort keys, tokenizers of the text index, where the
// trace ranges come from. Usage: node bin/run.js bench/log-layouts.ts [ROWS] [LAYOUT…]; prints a Markdown table.
// Every layout runs in a process of its own (this file again, with --one).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeBlockWriter, fileColumns } from '../src/storage/clickhouse/block-files.ts';
import { openEmbeddedDriver } from '../src/storage/clickhouse/driver/embedded-driver.ts';
import type { Driver } from '../src/storage/clickhouse/driver/driver.ts';
import { decodeNative } from '../src/storage/clickhouse/native/decode-native.ts';
import { printPredicate } from '../src/storage/clickhouse/sql/predicate.ts';
import { orderedSettings } from '../src/storage/clickhouse/sql/statement.ts';
import { logs } from '../src/storage/clickhouse/tables/logs.ts';
import { printTable } from '../src/storage/clickhouse/tables/print-tables.ts';
import { makeLogBlock } from '../test/store/make-blocks.ts';

const text = (tokenizer: string, preprocessor = 'lower(body)'): string =>
  `body_words body TYPE text(tokenizer = '${tokenizer}', preprocessor = ${preprocessor})`;
const rest = ['by_trace trace_id TYPE bloom_filter(0.01)', 'by_severity severity TYPE minmax'];
const byTime = ['time', 'ingester', 'sequence'];
const byService = ['toStartOfFiveMinutes(time)', 'service', ...byTime];

interface Layout {
  readonly orderBy: readonly string[];
  readonly indexes: readonly string[];
  readonly indexed: number;
  readonly granularity?: number;
}

const values = [
  'by_string mapValues(attr_string) TYPE bloom_filter(0.01)',
  'by_int mapValues(attr_int) TYPE bloom_filter(0.01)',
  'by_float_key mapKeys(attr_float) TYPE bloom_filter(0.01)',
  'by_json attr_json TYPE minmax',
];
const onTime = (...indexes: string[]): Layout => ({ orderBy: byTime, indexed: 1, indexes: [...indexes, ...rest] });

const layouts: Readonly<Record<string, Layout>> = {
  'time, asciiCJK': onTime(text('asciiCJK')),
  'service, asciiCJK': { orderBy: byService, indexed: 3, indexes: [text('asciiCJK'), ...rest] },
  'time, unicodeWord': onTime(text('unicodeWord')),
  'time, splitByNonAlpha': onTime(text('splitByNonAlpha')),
  'time, asciiCJK lowerUTF8': onTime(text('asciiCJK', 'lowerUTF8(body)')),
  'time, asciiCJK translate': onTime(text('asciiCJK', "translate(lowerUTF8(body), '._:', '   ')")),
  'time, no text index': onTime(),
  'time, values': onTime(text('asciiCJK', 'lowerUTF8(body)'), ...values),
  'time, values, finer': { ...onTime(text('asciiCJK', 'lowerUTF8(body)'), ...values), granularity: 2048 },
};

const BLOCK = 200_000;
const FROM = 1_795_000_000_000_000_000n;
const SPAN = 3600e9;
const folder = join(tmpdir(), 'holter-bench');
const count = Number(process.argv[2] ?? 2_000_000);
const blocks = Math.ceil(count / BLOCK);

async function makeFiles(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < blocks; i++) {
    if (existsSync(join(folder, `b${i}.logs.native`))) continue;
    const from = FROM + BigInt(Math.floor((i * SPAN) / blocks));
    const block = makeLogBlock({
      rows: BLOCK,
      from,
      span: SPAN / blocks,
      seed: i + 1,
      sequence: BigInt(i * BLOCK),
      needle: i === blocks >> 1,
    });
    await new NativeBlockWriter().write(block, folder, `b${i}`);
  }
}

const seconds = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6;

async function settle(driver: Driver): Promise<void> {
  for (let quiet = 0; quiet < 10;) {
    const answer = await driver.query('SELECT count() AS n FROM system.merges', {});
    quiet = Number((decodeNative(answer.bytes).columns['n'] as BigUint64Array)[0]) === 0 ? quiet + 1 : 0;
    await sleep(200);
  }
}

/** Least wall time and least CPU time of nine runs, ms. */
async function best(driver: Driver, sql: string, threads: number): Promise<string> {
  let wall = Infinity;
  let cpu = Infinity;
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    const usage = process.cpuUsage();
    await driver.query(sql, { ...orderedSettings, max_threads: threads, use_query_condition_cache: 0 });
    wall = Math.min(wall, performance.now() - start);
    cpu = Math.min(cpu, seconds(process.cpuUsage(usage)) * 1000);
  }
  return `${wall.toFixed(1)} / ${cpu.toFixed(1)}`;
}

async function run(name: string): Promise<void> {
  const layout = layouts[name]!;
  const path = join(folder, 'engine');
  rmSync(path, { recursive: true, force: true });
  const driver = await openEmbeddedDriver({ folder: path });
  const table = { ...logs, ...layout };
  for (const statement of printTable(table, driver.deployment))
    await driver.command(`${statement}, index_granularity = ${layout.granularity ?? 8192}`);
  const usage = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < blocks; i++) {
    const file = join(folder, `b${i}.logs.native`);
    await driver.insertFile({ table: 'holter.logs', columns: fileColumns(logs), path: file, token: `t${i}` });
  }
  const inserted = performance.now() - start;
  const insertCpu = seconds(process.cpuUsage(usage));
  await settle(driver);
  const allCpu = seconds(process.cpuUsage(usage));
  const sizes = decodeNative(
    (
      await driver.query(
        "SELECT sum(data_compressed_bytes) AS c, sum(secondary_indices_compressed_bytes) AS i, count() AS p FROM system.parts WHERE active AND table = 'logs'",
        {},
      )
    ).bytes,
  ).columns;
  const size = (key: string): number => Number((sizes[key] as BigUint64Array)[0]);
  const few = 'SELECT time, ingester, sequence, service, severity, body FROM holter.logs WHERE ';
  const all = 'SELECT * FROM holter.logs WHERE ';
  const newest = ' ORDER BY time DESC, ingester DESC, sequence DESC LIMIT 100';
  const context = {
    deployment: driver.deployment,
    from: 'logs',
    range: { from: FROM, to: FROM + BigInt(SPAN) },
  } as const;
  const words = (words: string): string => printPredicate({ kind: 'words', text: words }, context);
  const equals = (name: string, value: string): string =>
    printPredicate({ kind: 'compare', field: { kind: 'attribute', name }, op: '=', value }, context);
  const row = await driver.query(
    'SELECT hex(trace_id) AS id FROM holter.logs ORDER BY time LIMIT 1 OFFSET 1000000',
    {},
  );
  const id = (decodeNative(row.bytes).columns['id'] as string[])[0] ?? '';
  const twenty = `time >= fromUnixTimestamp64Nano(${FROM + BigInt(SPAN / 3)}) AND time < fromUnixTimestamp64Nano(${FROM + BigInt((SPAN * 2) / 3)})`;
  const queries: readonly (readonly [string, string, number])[] = [
    ['needle, all', all + words('needle-7f3a9c') + newest, 1],
    ['needle, few', few + words('needle-7f3a9c') + newest, 1],
    ['Chinese, newest 100', few + words('数据库超时') + newest, 2],
    ['trace id, all', `${all}trace_id = unhex('${id}')`, 1],
    ['newest 100, all', `${all}1${newest}`, 2],
    ['newest 100 errors, all', `${all}severity >= 17${newest}`, 2],
    ['newest 100 errors, few', `${few}severity >= 17${newest}`, 2],
    ['newest 100 of a service, all', `${all}service = 'orders'${newest}`, 2],
    ['newest 100 errors of a service, few', `${few}service = 'orders' AND severity >= 17${newest}`, 2],
    ['count by service, 20 min', `SELECT service, sum(weight) FROM holter.logs WHERE ${twenty} GROUP BY service`, 2],
    [
      'histogram, 1 h',
      'SELECT intDiv(toUnixTimestamp64Nano(time), 60000000000) AS m, sum(weight) FROM holter.logs GROUP BY m',
      2,
    ],
    [
      'histogram of a service, 1 h',
      "SELECT intDiv(toUnixTimestamp64Nano(time), 60000000000) AS m, sum(weight) FROM holter.logs WHERE service = 'orders' GROUP BY m",
      2,
    ],
    ['substring count', "SELECT count() FROM holter.logs WHERE position(body, 'db-3 timed') > 0", 2],
    [
      'substring count of a service',
      "SELECT count() FROM holter.logs WHERE service = 'orders' AND position(body, 'db-3 timed') > 0",
      2,
    ],
    ['count of a word', `SELECT count() FROM holter.logs WHERE ${words('accepted')}`, 2],
    ['attribute equals', few + equals('request_id', 'r-nothing') + newest, 2],
    ['attribute equals a number', few + equals('user_id', '777') + newest, 2],
  ];
  const lines: string[] = [
    `insert wall s | ${(inserted / 1000).toFixed(1)}`,
    `insert CPU s | ${insertCpu.toFixed(1)}`,
    `CPU with merges s | ${allCpu.toFixed(1)}`,
    `columns B a row | ${(size('c') / (blocks * BLOCK)).toFixed(1)}`,
    `indexes B a row | ${(size('i') / (blocks * BLOCK)).toFixed(1)}`,
    `parts | ${size('p')}`,
  ];
  for (const [title, sql, threads] of queries) lines.push(`${title} | ${await best(driver, sql, threads)}`);
  await driver.close();
  console.log(lines.join('\n'));
}

if (process.argv[3] === '--one') {
  await run(process.argv[4]!);
} else {
  await makeFiles();
  const wanted = process.argv.length > 3 ? process.argv.slice(3) : Object.keys(layouts);
  const columns = wanted.map((name) =>
    execFileSync(process.execPath, [import.meta.filename, String(count), '--one', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')
      .map((line) => line.split(' | ')),
  );
  console.log(`| | ${wanted.join(' | ')} |\n|---|${wanted.map(() => '---|').join('')}`);
  columns[0]!.forEach(([title], i) =>
    console.log(`| ${title} | ${columns.map((column) => column[i]![1]).join(' | ')} |`),
  );
}
