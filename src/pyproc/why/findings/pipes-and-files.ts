// Threads stuck at a pipe, a file lock, the disk, or a page of memory.
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind, Severity } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { waitsForWork } from '../worker-kinds.ts';
import { actorsOf, ownFrame, stackLines, title, where, type Actor, type Scene } from '../scene.ts';

const LONG_SECONDS = 1;

/** What the process at the other end of a pipe, or with the lock on a file, is doing, when it is in the scene. */
function otherDoes(scene: Scene, pid: number): string {
  const process = scene.processes.find((candidate) => candidate.pid === pid);
  const [thread] = process?.dump.threads ?? [];
  if (process === undefined || thread === undefined) return '';
  const wait = process.waits.get(thread);
  const frame = ownFrame(thread);
  const place = frame === undefined ? '' : ` at ${process.shorten(frame.fileName)}:${frame.line}`;
  return wait === undefined ? `, which is running${place}` : `, which waits for ${wait.text}${place}`;
}

function describe(actor: Actor, scene: Scene): { kind: string; severity: Severity; summary: string } | undefined {
  const { wait } = actor;
  if (wait === undefined) return undefined;
  const seconds = wait.waited?.seconds ?? 0;
  const time = wait.waited === undefined ? '' : ` for ${formatSeconds(seconds)}`;
  const who = title(actor, scene);
  const isLong = seconds >= LONG_SECONDS;
  const { wait: waited } = wait;
  if (waited.kind === 'pipe') {
    const [end] = waited.ends;
    const other = end === undefined ? 'nobody' : `${end.name} (${end.pid})${otherDoes(scene, end.pid)}`;
    if (waited.operation === 'write') {
      const summary = `${who} has waited${time} to write to a full pipe${where(actor)}; its reader is ${other}`;
      return { kind: 'pipe-full', severity: 'fault', summary };
    }
    const summary = `${who} waits${time} to read from a pipe${where(actor)}; its writer is ${other}`;
    return { kind: 'pipe-empty', severity: isLong ? 'suspect' : 'note', summary };
  }
  if (waited.kind === 'disk') {
    const kinds = 'D state: disk, network file system, or a child that has not started';
    const summary = `${who} is stuck in the kernel${time} (${kinds}): ${waited.detail}${where(actor)}`;
    return { kind: 'disk-wait', severity: 'fault', summary };
  }
  if (waited.kind === 'fault') {
    return {
      kind: 'page-fault',
      severity: 'fault',
      summary: `${who} has waited${time} for a page of memory${where(actor)}`,
    };
  }
  if (waited.kind !== 'file') return undefined;
  if (waited.operation === 'lock') {
    const { holder } = waited;
    const has = holder === undefined ? '' : `; ${holder.name} (${holder.pid}) has it${otherDoes(scene, holder.pid)}`;
    const summary = `${who} has waited${time} for a lock on the file ${waited.path}${where(actor)}${has}`;
    return { kind: 'file-lock', severity: isLong ? 'fault' : 'note', summary };
  }
  const summary = `${who} waits${time} for ${waited.operation} of ${waited.path}${where(actor)}`;
  return { kind: 'file-wait', severity: isLong ? 'suspect' : 'note', summary };
}

export const findPipeAndFileWaits: FindingKind = (scene) =>
  [...actorsOf(scene)].flatMap((actor): Finding[] => {
    const found = waitsForWork(actor) ? undefined : describe(actor, scene);
    const evidence = [`  ${title(actor, scene)}: ${actor.wait?.text}`, ...stackLines(actor)];
    return found === undefined ? [] : [{ ...found, evidence, of: likenessOf(actor) }];
  });
