// Holter and Prometheus side by side: opened together, asked the same, taken away together.
import { HolterUnderTest } from '../holter-under-test.ts';
import { PrometheusUnderTest } from '../prometheus-under-test.ts';

export type Peer = HolterUnderTest | PrometheusUnderTest;

/** More than any of the loads has of one metric. */
const SERIES_BUDGET = 2_000_000;

export const nameOf = (peer: Peer): string => (peer instanceof HolterUnderTest ? 'Holter' : 'Prometheus');

/** Starts a peer with Prometheus' configuration, if there is one; resolves with the milliseconds until it was ready. */
export function startPeer(peer: Peer, configFile?: string): Promise<number> {
  if (peer instanceof PrometheusUnderTest) return peer.start(configFile);
  return peer.start('--series-budget', String(SERIES_BUDGET), ...(configFile === undefined ? [] : [configFile]));
}

/** Resident memory (proportional), and for Holter also front and store apart. */
export function residentOf(peer: Peer, print: (bytes: number) => string): string {
  const total = print(peer.cost().pssBytes);
  return peer instanceof HolterUnderTest ? `${total} (${peer.shares().map(print).join(' + ')})` : total;
}

export async function endPeer(peer: Peer): Promise<void> {
  await peer.stop('SIGKILL').catch(() => undefined);
  peer.remove();
}

/** Opens both, hands them to `use`, and takes them away. */
export async function withBoth(
  use: (holter: HolterUnderTest, prometheus: PrometheusUnderTest) => Promise<void>,
): Promise<void> {
  const [holter, prometheus] = [new HolterUnderTest(), new PrometheusUnderTest()];
  try {
    await startPeer(holter);
    await startPeer(prometheus);
    await use(holter, prometheus);
  } finally {
    for (const peer of [holter, prometheus]) await endPeer(peer);
  }
}
