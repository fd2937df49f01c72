// Pools of equal processes or threads that take work in turns, how a worker of each is known, and how it looks while it
// has nothing to do. A new kind is one entry.
import { isInside, type Actor } from './scene.ts';

export interface WorkerKind {
  /** As in "all 4 gunicorn workers". */
  readonly name: string;
  /** Serves requests that people wait for; the others work through a queue. */
  readonly isServer: boolean;
  readonly isWorker: (actor: Actor) => boolean;
  readonly isFree: (actor: Actor) => boolean;
}

interface WorkLoop {
  readonly file: string;
  readonly function: string;
  /** Files whose frames may stand above the loop while it waits for work. */
  readonly waiting: RegExp;
}

const isLoop = (loop: WorkLoop, frame: Actor['thread']['frames'][number]): boolean =>
  frame.name === loop.function && frame.fileName.endsWith(loop.file);

/** A worker whose loop is a Python function: it is free while only the loop's own library stands above that. */
function byLoop(name: string, isServer: boolean, loops: readonly WorkLoop[]): WorkerKind {
  const loopOf = ({ thread }: Actor): { loop: WorkLoop; index: number } | undefined => {
    for (const [index, frame] of thread.frames.entries()) {
      const loop = loops.find((candidate) => isLoop(candidate, frame));
      if (loop !== undefined) return { loop, index };
    }
    return undefined;
  };
  return {
    name,
    isServer,
    isWorker: (actor) => loopOf(actor) !== undefined,
    isFree: (actor) => {
      const found = loopOf(actor);
      if (found === undefined) return false;
      return actor.thread.frames.slice(0, found.index).every(({ fileName }) => found.loop.waiting.test(fileName));
    },
  };
}

const GUNICORN_SYNC = '/gunicorn/workers/sync.py';
const GUNICORN_THREADS = '/gunicorn/workers/gthread.py';
const GUNICORN_WAITS = new Set(['wait', 'run', 'run_for_one', 'run_for_multiple', 'accept']);

const gunicorn: WorkerKind = {
  name: 'gunicorn',
  isServer: true,
  isWorker: ({ thread }) => isInside(thread, GUNICORN_SYNC) || isInside(thread, GUNICORN_THREADS),
  // Below the server's own innermost frame is the application.
  isFree: ({ thread }) => {
    const frame = thread.frames.find(({ fileName }) => !/\/(socket|selectors)\.py$/.test(fileName));
    const isOwn = [GUNICORN_SYNC, GUNICORN_THREADS].some((file) => frame?.fileName.endsWith(file) === true);
    return isOwn && GUNICORN_WAITS.has(frame?.name ?? '');
  },
};

// The server is written in C: between two requests its threads run no Python at all.
const uwsgi: WorkerKind = {
  name: 'uWSGI',
  isServer: true,
  isWorker: ({ thread }) => /^uWSGIWorker\d+Core\d+$/.test(thread.name ?? ''),
  isFree: ({ thread }) => thread.frames.length === 0,
};

const MULTIPROCESSING = /\/multiprocessing\/\w+\.py$/;

export const workerKinds: readonly WorkerKind[] = [
  gunicorn,
  uwsgi,
  byLoop('Celery', false, [{ file: '/billiard/pool.py', function: 'workloop', waiting: /\/billiard\/\w+\.py$/ }]),
  byLoop('multiprocessing', false, [
    { file: '/multiprocessing/pool.py', function: 'worker', waiting: MULTIPROCESSING },
    { file: '/concurrent/futures/process.py', function: '_process_worker', waiting: MULTIPROCESSING },
  ]),
];

/** Functions in which the pools' own helper threads and processes wait for as long as nothing happens. */
const helperLoops: readonly (readonly [file: string, name: string])[] = [
  ['/multiprocessing/pool.py', '_handle_workers'],
  ['/multiprocessing/pool.py', '_handle_tasks'],
  ['/multiprocessing/pool.py', '_handle_results'],
  ['/multiprocessing/queues.py', '_feed'],
  // Of several consumers one reads the pipe, and the others wait for its lock.
  ['/multiprocessing/queues.py', 'get'],
  ['/multiprocessing/resource_tracker.py', 'main'],
  ['/multiprocessing/forkserver.py', 'main'],
  ['/concurrent/futures/process.py', '_queue_management_worker'],
  ['/concurrent/futures/process.py', 'wait_result_broken_or_wakeup'],
  ['/billiard/pool.py', 'body'],
  // Transports without a way to be woken look again every second.
  ['/kombu/transport/virtual/base.py', 'drain_events'],
];

/** The kind of worker that the thread is; `undefined` for others. */
export function workerKindOf(actor: Actor): WorkerKind | undefined {
  return workerKinds.find((kind) => kind.isWorker(actor));
}

/** Whether the thread waits for work as a worker or a helper of a pool does: nothing is wrong with that. */
export function waitsForWork(actor: Actor): boolean {
  return (
    workerKindOf(actor)?.isFree(actor) === true ||
    helperLoops.some(([file, name]) => isInside(actor.thread, file, name))
  );
}
