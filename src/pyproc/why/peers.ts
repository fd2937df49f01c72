// The other ends of sockets that threads wait for.
import { formatSeconds } from '../waits/wait-text.ts';
import type { Actor } from './scene.ts';

/** Whom the thread waits for an answer from: an address, or what is known of a Unix socket; `undefined` when for nobody. */
export function peerOf({ wait }: Actor): string | undefined {
  if (wait?.wait.kind !== 'socket' || wait.wait.operation === 'accept') return undefined;
  const { peer, protocol, local } = wait.wait.socket;
  if (peer !== undefined) return peer;
  if (protocol !== 'unix') return `${protocol} socket ${local}`;
  return `the unknown peer of ${local === 'unnamed' ? 'an unnamed Unix socket' : `Unix socket ${local}`}`;
}

/** How the thread waits for its peer: `recv`, `connect` … */
export function operationOf({ wait }: Actor): string {
  return wait?.wait.kind === 'socket' ? wait.wait.operation : 'socket';
}

/** Seconds that the thread has waited; 0 when it does not, or when that is not known. */
export function secondsWaited({ wait }: Actor): number {
  return wait?.waited?.seconds ?? 0;
}

/** The one that has waited longest. */
export function longestOf(actors: readonly [Actor, ...Actor[]]): Actor {
  return actors.reduce((longest, actor) => (secondsWaited(actor) > secondsWaited(longest) ? actor : longest));
}

/** ` for 47 s`, or nothing when it is not known. */
export function forSeconds(actor: Actor): string {
  return actor.wait?.waited === undefined ? '' : ` for ${formatSeconds(secondsWaited(actor))}`;
}
