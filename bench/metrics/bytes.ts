// Bytes a sample on disk: a day of scrapes of two real programs, by remote write into both.
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDay, recordScrapes } from '../scraped-day.ts';
import type { Page } from '../spine/page.ts';
import { withBoth } from './peers.ts';

const BAR_BYTES = 0.5;
const RECORDED = 120;
/** Merges, and Prometheus' compaction, which looks once a minute. */
const SETTLE_MILLIS = 75_000;
const DAY_MILLIS = 86_400_000;
const STEP_MILLIS = 15_000;

interface StorageAnswer {
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[];
}

/** `scale` below 1 makes the scrapes rarer. */
export async function compareBytes(page: Page, end: number, scale: number): Promise<void> {
  await withBoth(async (holter, prometheus) => {
    const recorded = await recordScrapes([`${holter.url}/metrics`, `${prometheus.url}/metrics`], RECORDED);
    const stepMs = Math.round(STEP_MILLIS / scale);
    for (const body of makeDay(recorded, end * 1000, stepMs)) {
      const answers = [holter, prometheus].map((peer) =>
        fetch(`${peer.url}/api/v1/write`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
          body: Uint8Array.from(body),
        }),
      );
      for (const answer of await Promise.all(answers))
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    }
    await holter.drained('remote-write');
    await sleep(SETTLE_MILLIS * Math.min(1, scale * 2));
    const { tables } = await holter.get<StorageAnswer>('/api/holter/v1/storage');
    const bytesOf = (names: readonly string[]): number =>
      tables.filter(({ table }) => names.includes(table)).reduce((sum, { bytes }) => sum + bytes, 0);
    const rows = tables.find(({ table }) => table === 'samples')?.rows ?? 0;
    const samples = Math.round(DAY_MILLIS / stepMs) * recorded.length;
    page.section(
      `Bytes on disk: a day of scrapes of two real programs, ${recorded.length} series, ${samples} samples`,
      '',
      'bytes a sample',
    );
    const own = bytesOf(['samples']) / rows;
    page.row('Holter, samples', own.toFixed(2));
    page.row('Holter, with series', (bytesOf(['samples', 'series']) / rows).toFixed(2));
    page.row('Prometheus, blocks with their index', prometheus.bytesASample()?.toFixed(2) ?? 'none written');
    page.bar('bytes a sample, a day of real scrapes', 'most', BAR_BYTES, own, (value) => `${value.toFixed(2)} B`);
  });
}
