// StatsD over UDP. Nothing is acknowledged in this protocol; what is aggregated is stored every ten seconds.
import { createSocket } from 'node:dgram';
import { parseStatsdLine } from '../../formats/statsd/parse.ts';
import { startCollector } from '../collect/collector.ts';
import type { Intake } from '../intake.ts';
import { StatsdStore } from './statsd-store.ts';

const INTERVAL = 10_000;
/** What the kernel keeps for us while we do something else. */
const BUFFER = 4 << 20;

/** Different complaints between two looks. */
const MAX_PROBLEMS = 20;

export interface StatsdOptions {
  readonly intake: Intake;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** ms between two looks; 10 s. */
  readonly interval?: number;
}

export interface StatsdStatistics {
  readonly lines: number;
  /** Lines that could not be read. */
  readonly malformed: number;
  /** Events and service checks, which are no metrics. */
  readonly ignored: number;
  readonly series: number;
  /** Lines of series beyond the most that are kept, or of another type than the name has already. */
  readonly refused: number;
}

export interface StatsdListener {
  readonly address: { readonly host: string; readonly port: number };
  readonly statistics: StatsdStatistics;
  /** Takes nothing more and stores what came. */
  stop(): Promise<void>;
}

/** Opens the socket; rejects when the address is taken. */
export async function listenStatsd({
  intake,
  host,
  port,
  interval = INTERVAL,
}: StatsdOptions): Promise<StatsdListener> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: BUFFER });
  const store = new StatsdStore();
  const counts = { lines: 0, malformed: 0, ignored: 0 };
  const bad = new Map<string, number>();
  socket.on('message', (message) => {
    const now = Date.now();
    for (const line of message.toString().split('\n')) {
      if (line === '' || line === '\r') continue;
      counts.lines++;
      const read = parseStatsdLine(line.trimEnd());
      if (typeof read === 'string') counts.ignored++;
      else if ('problem' in read) {
        counts.malformed++;
        const problem = bad.has(read.problem) || bad.size < MAX_PROBLEMS ? read.problem : 'cannot be read';
        bad.set(problem, (bad.get(problem) ?? 0) + 1);
      } else store.add(read, now);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port }, resolve);
  });
  socket.on('error', () => undefined);
  const address = { host, port: socket.address().port };
  const instance = `${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  const collect = (): Promise<string> => {
    for (const [problem, lines] of bad) intake.refuse(`statsd:${instance}`, lines, problem);
    bad.clear();
    return Promise.resolve(store.read(Date.now()));
  };
  const loop = startCollector({ job: 'statsd', instance, interval, collect }, intake);
  return {
    address,
    get statistics() {
      return { ...counts, series: store.size, refused: store.refused };
    },
    async stop() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await loop.scrapeNow();
      await loop.stop(false);
    },
  };
}
