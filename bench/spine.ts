// Ingest, storage, queries and idling of the whole server, with the load generator on the same machine, beside the OpenTelemetry
// Collector that decodes and drops. `node bin/run.js bench/spine.ts` takes about eight minutes and writes docs/bench/spine.md;
// with `--rows 10000000` it loads so many rows, asks the queries of them, and writes docs/bench/spine-10m.md.
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HolterUnderTest } from './holter-under-test.ts';
import { buildLoad } from './peers.ts';
import { measureBytes, measureIdle } from './spine/idle.ts';
import { ingestColumns, judgeIngest, measureCollector, measureIngest, type Signal } from './spine/ingest.ts';
import { measureLines, measureScrape } from './spine/other-inputs.ts';
import { Page, mib } from './spine/page.ts';
import { measureQueries } from './spine/queries.ts';
import { measureStages } from './spine/query-stages.ts';
import { measureRecovery } from './spine/recovery.ts';
import { measureUiPages } from './spine/ui-pages.ts';
import { measureProfile } from './spine/where-time-goes.ts';

const WHOLE_ROWS = 2_000_000;
const READY_BAR_MILLIS = 3000;
const PROFILED_ROWS = 1_000_000;
const SIGNALS: readonly Signal[] = ['logs', 'spans'];

const { values } = parseArgs({ options: { rows: { type: 'string' } } });
const rows = Number(values.rows ?? WHOLE_ROWS);
const isWhole = rows === WHOLE_ROWS;
const page = new Page([
  `# The spine: ingest, storage, queries, idling${isWhole ? '' : `, with ${rows} rows`}\n`,
  `Written by \`bench/spine.ts\`. ${cpus().length} × ${cpus()[0]!.model}, ${mib(totalmem())} memory, Node ${process.version};`,
  'the load generator runs on the same processors. An acknowledgement comes after fdatasync; “sustained” ends when the engine has',
  'everything; CPU is both processes with all engine threads. The Collector keeps nothing.',
]);

async function loadBoth(holter: HolterUnderTest, load: string): Promise<void> {
  page.section(`Ingest, ${rows} rows each`, ...ingestColumns);
  for (const signal of SIGNALS) {
    const acknowledged = await measureIngest(page, holter, load, signal, rows);
    if (isWhole) judgeIngest(page, signal, acknowledged, await measureCollector(page, load, signal, rows));
  }
}

async function measureStart(holter: HolterUnderTest): Promise<void> {
  const ready = await holter.start();
  page.section('Start and idling', '', '');
  page.row('start to ready, empty', `${ready.toFixed(0)} ms`);
  page.bar('start to ready, empty', 'most', READY_BAR_MILLIS, ready, (ms) => `${ms.toFixed(0)} ms`);
}

const load = await buildLoad();
const holter = new HolterUnderTest();
await measureStart(holter);
if (isWhole) {
  page.say('');
  page.columns(['', 'memory (PSS, front + store)', 'CPU']);
  await sleep(5000);
  await measureIdle(page, holter, 'just started');
}
await loadBoth(holter, load);
if (isWhole) {
  await measureLines(page);
  await measureScrape(page);
  // The other servers ran for longer than the half minute that is missing.
  page.section('After the load', '', 'memory (PSS, front + store)', 'CPU');
  await measureIdle(page, holter, '60 s after the load');
} else await sleep(60_000);
await measureBytes(page, holter);
const queries = await measureQueries(page, holter, rows, isWhole);
await measureUiPages(page, holter);
await holter.stop('SIGKILL');
const readyAgain = await holter.start();
page.section('After a kill', '', '');
page.row('start to ready after kill -9', `${readyAgain.toFixed(0)} ms`);
page.bar('start to ready after kill -9', 'most', READY_BAR_MILLIS, readyAgain, (ms) => `${ms.toFixed(0)} ms`);
await holter.stop();
await measureStages(page, join(holter.folder, 'data/store'), queries);
holter.remove();
if (isWhole) {
  await measureRecovery(page, load);
  for (const signal of SIGNALS) await measureProfile(page, load, signal, PROFILED_ROWS);
}
page.write(resolve(import.meta.dirname, `../docs/bench/spine${isWhole ? '' : `-${Math.round(rows / 1e6)}m`}.md`));
