// What the server costs when nobody sends, and what its tables take on disk.
import { setTimeout as sleep } from 'node:timers/promises';
import type { HolterUnderTest } from '../holter-under-test.ts';
import { mib, type Page } from './page.ts';

const WATCHED_SECONDS = 30;
const MEMORY_BAR_BYTES = 400e6;
const CPU_BAR_PERCENT = 1;

export async function measureIdle(page: Page, holter: HolterUnderTest, when: string): Promise<void> {
  const before = holter.cost().cpuSeconds;
  await sleep(WATCHED_SECONDS * 1000);
  const { pssBytes, cpuSeconds } = holter.cost();
  const percent = ((cpuSeconds - before) / WATCHED_SECONDS) * 100;
  page.row(when, `${mib(pssBytes)} (${holter.shares().map(mib).join(' + ')})`, `${percent.toFixed(1)} %`);
  page.bar(`memory, ${when}`, 'most', MEMORY_BAR_BYTES, pssBytes, mib);
  page.bar(`CPU, ${when}`, 'most', CPU_BAR_PERCENT, percent, (value) => `${value.toFixed(1)} %`);
}

interface StorageAnswer {
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly columnBytes: number;
    readonly textIndexBytes: number;
    readonly rawBytes: number;
  }[];
}

const COLUMN_BAR_BYTES = 30;
const INDEXED_BAR_BYTES = 45;

export async function measureBytes(page: Page, holter: HolterUnderTest): Promise<void> {
  page.section('Bytes a row on disk', 'table', 'rows', 'columns', 'text index', 'raw');
  const { tables } = await holter.get<StorageAnswer>('/api/holter/v1/storage');
  const print = (bytes: number): string => bytes.toFixed(1);
  for (const { table, rows, columnBytes, textIndexBytes, rawBytes } of tables) {
    if (rows === 0) continue;
    page.row(table, String(rows), print(columnBytes / rows), print(textIndexBytes / rows), print(rawBytes / rows));
    if (table !== 'logs') continue;
    page.bar('bytes of a log row without the text index', 'most', COLUMN_BAR_BYTES, columnBytes / rows, print);
    const all = (columnBytes + textIndexBytes) / rows;
    page.bar('bytes of a log row with it', 'most', INDEXED_BAR_BYTES, all, print);
  }
}
