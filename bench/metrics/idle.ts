// What both cost while nobody sends or asks.
import { setTimeout as sleep } from 'node:timers/promises';
import { mib, type Page } from '../spine/page.ts';
import { nameOf, residentOf, type Peer } from './peers.ts';

const WATCHED_SECONDS = 30;

export const idleColumns = ['', 'when', 'memory (Holter: front + store)', 'CPU, of a core'] as const;

/** Watches all of them at the same time. */
export async function watchIdle(page: Page, peers: readonly Peer[], when: string, scale: number): Promise<void> {
  const seconds = Math.max(2, WATCHED_SECONDS * scale);
  const before = peers.map((peer) => peer.cost().cpuSeconds);
  await sleep(seconds * 1000);
  peers.forEach((peer, place) => {
    const percent = ((peer.cost().cpuSeconds - before[place]!) / seconds) * 100;
    page.row(nameOf(peer), when, residentOf(peer, mib), `${percent.toFixed(1)} %`);
  });
}
