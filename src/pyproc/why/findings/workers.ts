// Pre-forking servers: what their workers do, taken together, and whether any of them is free.
import type { Finding, FindingKind } from '../finding.ts';
import { actorsOf, isInside, stackLines, title, where, type Actor } from '../scene.ts';

const WORKER_FILES = ['/gunicorn/workers/sync.py', '/gunicorn/workers/gthread.py'];
const WAITING_FUNCTIONS = new Set(['wait', 'run', 'run_for_one', 'run_for_multiple', 'accept']);

const isWorker = ({ thread }: Actor): boolean => WORKER_FILES.some((file) => isInside(thread, file));

/** A worker whose innermost frame is the server's own is waiting for a request; below it is the application. */
function isFree({ thread }: Actor): boolean {
  const frame = thread.frames.find(({ fileName }) => !/\/(socket|selectors)\.py$/.test(fileName));
  return (
    frame !== undefined &&
    WORKER_FILES.some((file) => frame.fileName.endsWith(file)) &&
    WAITING_FUNCTIONS.has(frame.name)
  );
}

export const findBusyWorkers: FindingKind = (scene) => {
  const workers = [...actorsOf(scene)].filter(isWorker);
  if (workers.length === 0) return [];
  const busy = workers.filter((worker) => !isFree(worker));
  if (busy.length < workers.length) return [];
  const places = Map.groupBy(
    busy,
    (worker) => `${worker.wait === undefined ? 'running' : worker.wait.wait.kind}${where(worker)}`,
  );
  const [place, same] = [...places].toSorted(([, a], [, b]) => b.length - a.length)[0] as [string, Actor[]];
  const [first] = same;
  if (first === undefined) return [];
  const doing = first.wait === undefined ? place : `${first.wait.text.replace(/ – .*$/, '')}${where(first)}`;
  const noun = workers.length === 1 ? 'the only gunicorn worker is' : `all ${workers.length} gunicorn workers are`;
  const finding: Finding = {
    kind: 'all-workers-busy',
    severity: 'fault',
    summary: `${noun} busy and requests queue up: ${same.length} of them in ${doing}`,
    evidence: busy
      .slice(0, 3)
      .flatMap((worker) => [`  ${title(worker, scene)}: ${worker.wait?.text ?? 'running'}`, ...stackLines(worker)]),
  };
  return [finding];
};
