// An event loop that does not get round to its events: a callback blocks in the kernel, or computes.
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { actorsOf, isInside, stackLines, title, where, type Actor } from '../scene.ts';

const BUSY_LOAD = 0.7;
const LOOP_FILE = '/asyncio/base_events.py';

/** Whether the thread runs an asyncio event loop. */
export function runsEventLoop({ thread }: Actor): boolean {
  return isInside(thread, LOOP_FILE, 'run_forever') || isInside(thread, '/uvloop/', 'run_forever');
}

/** Whether the loop stands in its own select(), which is where it belongs. */
export function isLoopWaiting({ thread }: Actor): boolean {
  const [inner, outer] = thread.frames;
  return (
    (inner?.fileName.endsWith('/selectors.py') === true && outer?.fileName.endsWith(LOOP_FILE) === true) ||
    (inner?.fileName.endsWith(LOOP_FILE) === true && ['_run_once', 'run_forever'].includes(inner.name))
  );
}

export const findBlockedEventLoops: FindingKind = (scene) =>
  [...actorsOf(scene)].flatMap((actor): Finding[] => {
    if (!runsEventLoop(actor) || isLoopWaiting(actor)) return [];
    const { process, thread, wait } = actor;
    const of = likenessOf(actor);
    const evidence = [
      `  ${title(actor, scene)}${wait === undefined ? ': on a CPU' : `: ${wait.text}`}`,
      ...stackLines(actor, 6),
    ];
    if (wait !== undefined && wait.wait.kind !== 'gil') {
      const seconds = wait.waited?.seconds;
      const time = seconds === undefined ? '' : ` for ${formatSeconds(seconds)}`;
      const summary = `the event loop has been inside a blocking call${time}${where(actor)}: ${wait.text.replace(/ – .*$/, '')}`;
      const severity = (seconds ?? 0) >= 0.1 ? 'fault' : 'suspect';
      return [{ kind: 'event-loop-blocked', severity, summary, evidence, of }];
    }
    const load = process.load.get(thread);
    const before = process.before.threads.find((candidate) => candidate.address === thread.address);
    const wasBusy = before !== undefined && !isLoopWaiting({ process, thread: before, wait: undefined });
    if (load === undefined || load.wanted < BUSY_LOAD || !wasBusy) return [];
    const share = Math.round(load.ran * 100);
    const summary = `the event loop computes instead of serving events (${share} % of a CPU, at least ${formatSeconds(scene.windowSeconds)})${where(actor)}`;
    return [{ kind: 'event-loop-busy', severity: 'fault', summary, evidence, of }];
  });
