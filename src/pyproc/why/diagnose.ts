// From a scene to conclusions: every kind of finding looks at it, the gravest come first.
import { mergeAlike } from './alike.ts';
import type { Finding, FindingKind, Severity } from './finding.ts';
import { findBlockedByHolder } from './findings/blocked-by-holder.ts';
import { findChildWaits, findForkedLocks, findZombies } from './findings/children.ts';
import { findDeadlocks } from './findings/deadlock.ts';
import { findBlockedEventLoops } from './findings/event-loop.ts';
import { findGilHolders } from './findings/gil.ts';
import { findBlockedGreenlets } from './findings/greenlets-blocked.ts';
import { findUnknownHolders } from './findings/holder-unknown.ts';
import { findIdle } from './findings/idle.ts';
import { findMemoryLimits } from './findings/memory-limit.ts';
import { findPipeAndFileWaits } from './findings/pipes-and-files.ts';
import { findQueuesWithoutConsumer } from './findings/queue-without-consumer.ts';
import { findRetrySleeps } from './findings/retry-sleep.ts';
import { findStopped } from './findings/stopped.ts';
import { findTaskCycles } from './findings/task-cycle.ts';
import { findTaskLocks } from './findings/task-locks.ts';
import { findTaskWaits } from './findings/task-waits.ts';
import { findWaitingForPeer } from './findings/waiting-for-peer.ts';
import { findResultWaits } from './findings/waiting-for-result.ts';
import { findBusyWorkers } from './findings/workers.ts';
import type { Scene } from './scene.ts';

/** In order of how much each explains; the order breaks ties of severity. */
const kinds: readonly FindingKind[] = [
  findIdle,
  findStopped,
  findDeadlocks,
  findTaskCycles,
  findForkedLocks,
  findBlockedByHolder,
  findUnknownHolders,
  findQueuesWithoutConsumer,
  findBusyWorkers,
  findBlockedEventLoops,
  findBlockedGreenlets,
  findWaitingForPeer,
  findGilHolders,
  findResultWaits,
  findTaskLocks,
  findTaskWaits,
  findPipeAndFileWaits,
  findRetrySleeps,
  findMemoryLimits,
  findZombies,
  findChildWaits,
];

const ranks: Readonly<Record<Severity, number>> = { fault: 0, suspect: 1, note: 2 };

/** All findings, gravest first. */
export function diagnose(scene: Scene): Finding[] {
  const findings = mergeAlike(kinds.flatMap((kind) => kind(scene)));
  const isHealthy = findings.every(({ severity }) => severity === 'note');
  return findings
    .filter(({ kind }) => isHealthy || kind !== 'idle')
    .map((finding, index) => ({ finding, index }))
    .toSorted((a, b) => ranks[a.finding.severity] - ranks[b.finding.severity] || a.index - b.index)
    .map(({ finding }) => finding);
}
