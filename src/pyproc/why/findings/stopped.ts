// A process that a signal or a debugger has stopped: whatever its threads seem to wait for, none of them runs.
import type { Finding, FindingKind } from '../finding.ts';

export const findStopped: FindingKind = ({ processes }) =>
  processes.flatMap(({ pid, status, dump }): Finding[] => {
    const { state } = status;
    if (state !== 'T' && state !== 't') return [];
    const [who, what] =
      state === 't'
        ? ['is held by a debugger', 'until that lets it go on']
        : ['is stopped by a signal (SIGSTOP, or Ctrl-Z in a shell)', `until somebody says: kill -CONT ${pid}`];
    return [
      {
        kind: 'stopped',
        severity: 'fault',
        summary: `process ${pid} ${who}: nothing in it runs ${what}`,
        evidence: [
          `  ${dump.threads.length === 1 ? 'its thread is' : `its ${dump.threads.length} threads are`} in state ${state}`,
        ],
        of: { pid, likeness: state },
      },
    ];
  });
