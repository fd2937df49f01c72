// A start behind a kill with a gigabyte in the spool: the store is kept from starting while the load comes, then the front is killed.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HolterUnderTest } from '../holter-under-test.ts';
import { runLoad } from './ingest.ts';
import { mib, thousands, type Page } from './page.ts';

const ROWS = 4_500_000;
const READY_BAR_MILLIS = 3000;

function segmentBytes(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
}

export async function measureRecovery(page: Page, load: string): Promise<void> {
  const holter = new HolterUnderTest();
  await holter.start();
  const release = holter.keepStoreDown();
  const { perSecond } = await runLoad(load, 'logs', ROWS, holter.otlp);
  const spooled = segmentBytes(join(holter.folder, 'data/spool'));
  await holter.stop('SIGKILL');
  release();
  const ready = await holter.start();
  const began = performance.now();
  await holter.drained();
  const seconds = (performance.now() - began) / 1000;
  page.section('After a kill with the store away', '', '');
  page.row('rows acknowledged meanwhile', `${ROWS}, ${thousands(perSecond)}`);
  page.row('in the spool', mib(spooled));
  page.row('start to ready', `${ready.toFixed(0)} ms`);
  page.row('replayed behind it in', `${seconds.toFixed(1)} s, ${thousands(ROWS / seconds)}`);
  page.bar(
    'start to ready with a gigabyte in the spool',
    'most',
    READY_BAR_MILLIS,
    ready,
    (ms) => `${ms.toFixed(0)} ms`,
  );
  await holter.stop();
  holter.remove();
}
