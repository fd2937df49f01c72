// uWSGI's numbers as metrics, one line each. Names are those of the exporters that people use for it.
import { Exposition } from '../collect/exposition.ts';
import type { UwsgiRequest, UwsgiStats, UwsgiWorker } from './read-stats.ts';

type Line = readonly [field: string, metric: string, type: 'counter' | 'gauge', help: string, scale?: number];

const server: readonly Line[] = [
  ['listen_queue', 'uwsgi_listen_queue_length', 'gauge', 'Requests that wait for a worker'],
  ['listen_queue_errors', 'uwsgi_listen_queue_errors_total', 'counter', 'Requests that found the queue full'],
  ['signal_queue', 'uwsgi_signal_queue_length', 'gauge', 'Signals that wait'],
  ['load', 'uwsgi_load', 'gauge', 'Load as uWSGI sees it'],
];
const sockets: readonly Line[] = [
  ['queue', 'uwsgi_socket_queue_length', 'gauge', 'Requests that wait at the socket'],
  ['max_queue', 'uwsgi_socket_max_queue_length', 'gauge', 'Most requests that may wait at the socket'],
];
const MICRO = 1e-6;
const workers: readonly Line[] = [
  ['accepting', 'uwsgi_worker_accepting', 'gauge', 'Whether the worker takes requests'],
  ['requests', 'uwsgi_worker_requests_total', 'counter', 'Requests that the worker answered'],
  ['delta_requests', 'uwsgi_worker_delta_requests', 'gauge', 'Requests since the worker was spawned'],
  ['exceptions', 'uwsgi_worker_exceptions_total', 'counter', 'Exceptions that reached uWSGI'],
  [
    'harakiri_count',
    'uwsgi_worker_harakiri_count_total',
    'counter',
    'Times that the worker was killed for taking too long',
  ],
  ['signals', 'uwsgi_worker_signals_total', 'counter', 'Signals that the worker managed'],
  ['signal_queue', 'uwsgi_worker_signal_queue_length', 'gauge', 'Signals that wait for the worker'],
  ['rss', 'uwsgi_worker_rss_bytes', 'gauge', 'Resident memory, when uWSGI reports memory'],
  ['vsz', 'uwsgi_worker_vsz_bytes', 'gauge', 'Address space, when uWSGI reports memory'],
  ['running_time', 'uwsgi_worker_running_time_seconds_total', 'counter', 'Time spent in requests', MICRO],
  ['last_spawn', 'uwsgi_worker_last_spawn_time_seconds', 'gauge', 'When the worker was spawned, Unix seconds'],
  ['respawn_count', 'uwsgi_worker_respawn_count_total', 'counter', 'Times that the worker was spawned'],
  ['tx', 'uwsgi_worker_transmitted_bytes_total', 'counter', 'Bytes sent'],
  [
    'avg_rt',
    'uwsgi_worker_average_response_time_seconds',
    'gauge',
    'Average time of a request, as uWSGI weighs it',
    MICRO,
  ],
];
const cores: readonly Line[] = [
  ['in_request', 'uwsgi_worker_core_busy', 'gauge', 'Whether the core is in a request'],
  ['requests', 'uwsgi_worker_core_requests_total', 'counter', 'Requests of the core'],
  ['static_requests', 'uwsgi_worker_core_static_requests_total', 'counter', 'Static files of the core'],
  ['routed_requests', 'uwsgi_worker_core_routed_requests_total', 'counter', 'Routed requests of the core'],
  ['offloaded_requests', 'uwsgi_worker_core_offloaded_requests_total', 'counter', 'Offloaded requests of the core'],
  ['write_errors', 'uwsgi_worker_core_write_errors_total', 'counter', 'Answers that could not be sent'],
  ['read_errors', 'uwsgi_worker_core_read_errors_total', 'counter', 'Requests that could not be read'],
];
const apps: readonly Line[] = [
  ['requests', 'uwsgi_worker_app_requests_total', 'counter', 'Requests of the application'],
  ['exceptions', 'uwsgi_worker_app_exceptions_total', 'counter', 'Exceptions of the application'],
  ['startup_time', 'uwsgi_worker_app_startup_time_seconds', 'gauge', 'How long the application took to start'],
];
const caches: readonly Line[] = [
  ['hits', 'uwsgi_cache_hits_total', 'counter', 'Cache hits'],
  ['miss', 'uwsgi_cache_misses_total', 'counter', 'Cache misses'],
  ['full', 'uwsgi_cache_full_total', 'counter', 'Times that the cache was full'],
  ['items', 'uwsgi_cache_items', 'gauge', 'Items in the cache'],
  ['max_items', 'uwsgi_cache_max_items', 'gauge', 'Most items that the cache may have'],
];

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
}

function write(exposition: Exposition, lines: readonly Line[], rows: readonly Row[]): void {
  for (const [field, metric, type, help, scale = 1] of lines) {
    if (rows.every(({ numbers }) => numbers[field] === undefined)) continue;
    exposition.family(metric, type, help);
    for (const { labels, numbers } of rows) {
      const value = numbers[field];
      exposition.sample(value === undefined ? undefined : value * scale, labels);
    }
  }
}

/** A request that a core is in, and for how long (s). */
export interface RunningRequest {
  readonly worker: UwsgiWorker;
  readonly core: number;
  readonly request: UwsgiRequest;
  readonly seconds: number;
}

/** A request is named when it has taken so long (s): short ones would make a series for every path. */
const SLOW = 1;

function writeRequests(exposition: Exposition, running: readonly RunningRequest[]): void {
  if (running.length === 0) return;
  exposition.family('uwsgi_worker_core_request_seconds', 'gauge', 'How long the core has been in its request');
  for (const { worker, core, seconds } of running)
    exposition.sample(seconds, { worker_id: String(worker.id), core_id: String(core), pid: String(worker.pid) });
  const slow = running.filter(({ seconds }) => seconds >= SLOW);
  if (slow.length === 0) return;
  exposition.family(
    'uwsgi_worker_core_request_info',
    'gauge',
    `The request that the core has been in for ${SLOW} s or more`,
  );
  for (const { worker, core, request } of slow)
    exposition.sample(1, {
      worker_id: String(worker.id),
      core_id: String(core),
      pid: String(worker.pid),
      method: request.method,
      path: request.path,
    });
}

export function writeUwsgiStats(stats: UwsgiStats, running: readonly RunningRequest[]): string {
  const exposition = new Exposition();
  exposition.family('uwsgi_info', 'gauge', 'Version of uWSGI').sample(1, { version: stats.version });
  write(exposition, server, [{ labels: {}, numbers: stats.numbers }]);
  write(
    exposition,
    sockets,
    stats.sockets.map(({ name, proto, numbers }) => ({ labels: { name, proto }, numbers })),
  );
  exposition.family('uwsgi_workers', 'gauge', 'Workers by what they do');
  for (const [status, list] of Map.groupBy(stats.workers, (worker) => worker.status.replace(/^(sig).*/, '$1')))
    exposition.sample(list.length, { status });
  exposition.family('uwsgi_worker_busy', 'gauge', 'Whether the worker is in a request');
  for (const { id, status } of stats.workers) exposition.sample(status === 'busy' ? 1 : 0, { worker_id: String(id) });
  const labelsOf = ({ id }: UwsgiWorker): Record<string, string> => ({ worker_id: String(id) });
  write(
    exposition,
    workers,
    stats.workers.map((worker) => ({ labels: labelsOf(worker), numbers: worker.numbers })),
  );
  write(
    exposition,
    cores,
    stats.workers.flatMap((worker) =>
      worker.cores.map(({ id, counters }) => ({
        labels: { ...labelsOf(worker), core_id: String(id) },
        numbers: counters,
      })),
    ),
  );
  write(
    exposition,
    apps,
    stats.workers.flatMap((worker) =>
      worker.apps.map(({ id, mountpoint, numbers }) => ({
        labels: { ...labelsOf(worker), app_id: String(id), mountpoint },
        numbers,
      })),
    ),
  );
  write(
    exposition,
    caches,
    stats.caches.map(({ name, numbers }) => ({ labels: { name }, numbers })),
  );
  writeRequests(exposition, running);
  return exposition.text;
}
