// Reads a uWSGI's stats server every 15 s: workers, listen queue, and the request that each worker is in.
import { connect } from 'node:net';
import { startCollector } from '../collect/collector.ts';
import type { Intake } from '../intake.ts';
import type { TargetLoop } from '../scrape/target-loop.ts';
import { readUwsgiStats, type UwsgiStats } from './read-stats.ts';
import { writeUwsgiStats, type RunningRequest } from './write-stats.ts';

const MAX_DOCUMENT = 32 << 20;

/** Reads one document of the stats server at HOST:PORT or the path of a Unix socket. Rejects with an Error that says why not. */
export function fetchUwsgiStats(address: string, signal: AbortSignal): Promise<string> {
  const [, host = '', port = ''] = /^(?:\[?([^/\]]*)\]?):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve, reject) => {
    const socket =
      port === '' ? connect(address) : connect({ host: host === '' ? '127.0.0.1' : host, port: Number(port) });
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => void socket.destroy(new Error('the stats server did not answer in time'));
    signal.addEventListener('abort', stop, { once: true });
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_DOCUMENT) socket.destroy(new Error(`the stats are larger than ${MAX_DOCUMENT} bytes`));
    });
    socket.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      // A stats server that speaks HTTP sends a head first.
      resolve(text.startsWith('HTTP/') ? text.slice(text.indexOf('\r\n\r\n') + 4) : text);
    });
    socket.on('error', reject);
    socket.on('close', () => signal.removeEventListener('abort', stop));
  });
}

/** How long cores have been in their requests. An old uWSGI does not say since when: then it counts from when we first saw it. */
export class RequestWatch {
  #seen = new Map<string, number>();

  read(stats: UwsgiStats, nowSeconds: number): RunningRequest[] {
    const seen = new Map<string, number>();
    const running = stats.workers.flatMap((worker) =>
      worker.cores.flatMap(({ id, counters, request }): RunningRequest[] => {
        if (request === undefined) return [];
        const key = `${worker.pid}/${id}/${counters['requests']}/${request.method} ${request.path}`;
        const since = request.startedAt ?? this.#seen.get(key) ?? nowSeconds;
        seen.set(key, since);
        return [{ worker, core: id, request, seconds: Math.max(0, nowSeconds - since) }];
      }),
    );
    this.#seen = seen;
    return running;
  }
}

/** Begins to store what the stats server at `address` says, as job `uwsgi`. */
export function startUwsgi(address: string, intake: Intake, interval?: number): TargetLoop {
  const watch = new RequestWatch();
  const collect = async (stop: AbortSignal): Promise<string> => {
    const stats = readUwsgiStats(await fetchUwsgiStats(address, stop));
    return writeUwsgiStats(stats, watch.read(stats, Date.now() / 1000));
  };
  return startCollector(
    { job: 'uwsgi', instance: address, collect, ...(interval === undefined ? {} : { interval }) },
    intake,
  );
}
