// A thread that sleeps between attempts: it handles an exception while it sleeps, or the sleep is called by code whose
// name says that it tries again.
import { readExceptions } from '../../exceptions.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { waitsForWork } from '../worker-kinds.ts';
import { actorsOf, stackLines, title, where } from '../scene.ts';

const RETRY_NAME = /retry|retries|backoff|reconnect|poll_until|wait_for|wait_until/i;
const LOOKED_AT = 6;
/** queue.Empty: a poll that found nothing, which is not an attempt that failed. */
const NOTHING_FOUND = 'Empty';

export const findRetrySleeps: FindingKind = (scene) =>
  [...actorsOf(scene)].flatMap((actor): Finding[] => {
    const { process, thread, wait } = actor;
    if (wait?.wait.kind !== 'sleep' || waitsForWork(actor)) return [];
    const of = likenessOf(actor);
    const handled = readExceptions(process.target, thread.address).find(({ stage }) => stage === 'handling');
    const handling = handled?.chain[0]?.text;
    const error = handling === NOTHING_FOUND ? undefined : handling;
    const name = thread.frames.slice(0, LOOKED_AT).find((frame) => RETRY_NAME.test(frame.name))?.name;
    const whole = wait.wait.seconds === undefined ? '' : ` (${wait.text.replace(/ – .*$/, '')})`;
    if (error === undefined && name === undefined) {
      const summary = `${title(actor, scene)} sleeps${whole}${where(actor)}`;
      return [{ kind: 'sleep', severity: 'note', summary, evidence: stackLines(actor), of }];
    }
    const reason = error === undefined ? `called by ${name}` : `the last error was ${error}`;
    return [
      {
        kind: 'retry-sleep',
        severity: 'fault',
        summary: `${title(actor, scene)} sleeps between attempts${whole}${where(actor)}: ${reason}`,
        evidence: [`  slept so far: ${formatSeconds(wait.waited?.seconds ?? 0)}`, ...stackLines(actor)],
        of,
      },
    ];
  });
