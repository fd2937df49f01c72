// Samples by remote write from the load generator, until the peer has stored them.
import { capture } from '../../tools/run-tool.ts';
import { HolterUnderTest } from '../holter-under-test.ts';
import { buildLoad } from '../peers.ts';
import { mib, thousands, type Page } from '../spine/page.ts';
import { nameOf, type Peer } from './peers.ts';

export interface Load {
  readonly series: number;
  readonly samples: number;
  readonly stepSeconds: number;
  /** Unix seconds of the last sample. */
  readonly end: number;
}

export interface Written {
  /** Samples a second until the last acknowledgement. */
  readonly acknowledged: number;
  readonly cpuNanos: number;
  /** Highest resident memory, bytes. */
  readonly memory: number;
  readonly acknowledgement: string;
}

const WATCH_MILLIS = 200;

/** Sends the load and waits until the peer has stored it. */
export async function write(peer: Peer, { series, samples, stepSeconds, end }: Load): Promise<Written> {
  const load = await buildLoad();
  const before = peer.cost().cpuSeconds;
  let memory = 0;
  const watch = setInterval(() => (memory = Math.max(memory, peer.cost().pssBytes)), WATCH_MILLIS);
  const args = ['-series', String(series), '-samples', String(samples), '-step', `${stepSeconds}s`];
  const url = `${peer.url}/api/v1/write`;
  const { code, output } = await capture(load, ['metrics', '-url', url, ...args, '-end', String(end)]);
  const match = /: (\d+) in ([\d.]+) s = (\d+)\/s, .* ack (p50 \S+ p99 [^,]+), retried \d+, failed (\d+)/m.exec(output);
  if (code !== 0 || match === null) throw new Error(`load: ${output}`);
  if (peer instanceof HolterUnderTest) await peer.drained('remote-write');
  clearInterval(watch);
  const count = series * samples;
  return {
    acknowledged: Number(match[3]),
    cpuNanos: ((peer.cost().cpuSeconds - before) / count) * 1e9,
    memory: Math.max(memory, peer.cost().pssBytes),
    // Two connections overtake each other now and then: Prometheus refuses what is out of order.
    acknowledgement: match[5] === '0' ? match[4]! : `${match[4]}, ${match[5]} requests refused`,
  };
}

export const writtenColumns = ['', 'acknowledged', 'CPU a sample', 'acknowledgement', 'memory, peak'] as const;

export function writtenCells(peer: Peer, { acknowledged, cpuNanos, memory, acknowledgement }: Written): string[] {
  return [nameOf(peer), thousands(acknowledged), `${cpuNanos.toFixed(0)} ns`, acknowledgement, mib(memory)];
}

/** Both write the same; returns Holter's samples a second over Prometheus'. */
export async function compareWriting(page: Page, peers: readonly Peer[], load: Load): Promise<number> {
  const rates: number[] = [];
  for (const peer of peers) {
    const written = await write(peer, load);
    rates.push(written.acknowledged);
    page.row(...writtenCells(peer, written));
  }
  return rates[0]! / rates[1]!;
}
