// A hundred thousand and a million series by remote write: how fast new ones come in, what they cost in memory, and the start after a kill.
import { setTimeout as sleep } from 'node:timers/promises';
import { HolterUnderTest } from '../holter-under-test.ts';
import { PrometheusUnderTest } from '../prometheus-under-test.ts';
import { mib, thousands, type Page } from '../spine/page.ts';
import { queryUrl, timeGet } from './ask.ts';
import { endPeer, nameOf, residentOf, startPeer, type Peer } from './peers.ts';
import { write } from './remote-write.ts';

const SERIES = 1_000_000;
const SAMPLES = 3;
const STEP_SECONDS = 15;
const SETTLE_MILLIS = 5000;
const MEMORY_BAR_BYTES = 1e9;
const START_BAR_MILLIS = 3000;
const MAX_TRIES = 400;
const RETRY_MILLIS = 25;

async function firstAnswer(peer: Peer, end: number): Promise<void> {
  const url = queryUrl(peer, 'query', { query: 'count(http_requests_total{job="svc3"})', time: end });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if ((await timeGet(url).catch(() => undefined)) !== undefined) return;
    await sleep(RETRY_MILLIS);
  }
  throw new Error(`${nameOf(peer)} does not answer after a kill`);
}

export async function compareManySeries(page: Page, end: number, scale: number): Promise<void> {
  page.section(
    `Many series by remote write: ${SAMPLES} samples each`,
    '',
    'series',
    'acknowledged',
    'CPU a sample',
    'memory, peak',
    'memory, settled',
    'after a kill: ready',
    'after a kill: first answer',
  );
  const most = Math.round(SERIES * scale);
  for (const series of [most / 10, most]) {
    for (const peer of [new HolterUnderTest(), new PrometheusUnderTest()]) {
      await startPeer(peer);
      const written = await write(peer, { series, samples: SAMPLES, stepSeconds: STEP_SECONDS, end });
      await sleep(SETTLE_MILLIS);
      const { pssBytes } = peer.cost();
      const after = residentOf(peer, mib);
      await peer.stop('SIGKILL');
      const began = performance.now();
      const ready = await startPeer(peer);
      await firstAnswer(peer, end);
      const first = performance.now() - began;
      page.row(
        nameOf(peer),
        String(series),
        thousands(written.acknowledged),
        `${written.cpuNanos.toFixed(0)} ns`,
        mib(written.memory),
        after,
        `${ready.toFixed(0)} ms`,
        `${first.toFixed(0)} ms`,
      );
      if (peer instanceof HolterUnderTest && series === most) {
        page.bar(`memory with ${series} series, settled`, 'most', MEMORY_BAR_BYTES, pssBytes, mib);
        page.bar(`memory while they come in`, 'most', MEMORY_BAR_BYTES, written.memory, mib);
        page.bar(`ready after a kill with them`, 'most', START_BAR_MILLIS, ready, (ms) => `${ms.toFixed(0)} ms`);
      }
      await endPeer(peer);
    }
  }
}
