// gevent: one greenlet that blocks the thread in the kernel holds up all others, because only the hub switches between them.
import { LARGE_PROCESS_BYTES, readGreenlets } from '../../greenlets/read-greenlets.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import { likenessOf } from '../alike.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { isInside, stackLines, title, where } from '../scene.ts';

const LONG_SECONDS = 0.1;

export const findBlockedGreenlets: FindingKind = (scene) =>
  scene.processes.flatMap((process): Finding[] => {
    const isLarge = process.residentBefore > LARGE_PROCESS_BYTES;
    const greenlets = isLarge ? [] : (readGreenlets(process.dumper)?.list ?? []);
    const isHubAway = greenlets.some(({ type, activity }) => type === 'Hub' && activity === 'suspended');
    const thread = process.dump.threads.find(({ nativeId }) => nativeId === process.pid);
    const wait = thread === undefined ? undefined : process.waits.get(thread);
    if (!isHubAway || thread === undefined || wait === undefined || isInside(thread, '/gevent/hub.py', 'run'))
      return [];
    const others = greenlets.filter(({ type, activity }) => type !== 'Hub' && activity === 'suspended').length;
    const actor = { process, thread, wait };
    const seconds = wait.waited?.seconds;
    const time = seconds === undefined ? '' : ` for ${formatSeconds(seconds)}`;
    const call = wait.text.replace(/ – .*$/, '');
    return [
      {
        kind: 'greenlets-blocked',
        severity: (seconds ?? 0) >= LONG_SECONDS ? 'fault' : 'suspect',
        summary: `${others} greenlets are held up: one of them has been inside a blocking call${time}${where(actor)}: ${call}`,
        evidence: [`  ${title(actor, scene)}: ${wait.text}`, ...stackLines(actor, 6)],
        of: likenessOf(actor),
      },
    ];
  });
