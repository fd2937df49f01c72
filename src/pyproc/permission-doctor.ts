// Says which of the kernel's checks refused /proc/PID/mem, what still works without it, and the line that fixes it.
// The checks, in the kernel's order (ptrace(2), "Ptrace access mode checking"): same user and group ids or
// CAP_SYS_PTRACE; dumpable; capabilities no larger than ours; then Yama's ptrace_scope.
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { attachError, type AttachError } from './attach-error.ts';
import { readCpuTicks, readProcessStatus, type ProcessStatus } from './procfs/process-status.ts';

const CAP_SYS_PTRACE = 1n << 19n;
/** What Linux counts CPU time of processes in, on every machine that we run on. */
const TICKS_PER_SECOND = 100;

/** Everything that the verdict rests on. */
export interface DenialFacts {
  readonly pid: number;
  readonly ourUser: number;
  readonly targetUser: number;
  readonly haveCapability: boolean;
  readonly yamaScope: number | undefined;
  readonly isDumpable: boolean;
  readonly sameUserNamespace: boolean;
  readonly targetHasMoreCapabilities: boolean;
  readonly inContainer: boolean;
}

interface Verdict {
  readonly cause: string;
  readonly fixes: readonly string[];
}

const asRoot = (pid: number): string => `plain host: sudo $(which holter) dump ${pid}`;
const docker =
  'Docker: docker run --cap-add=SYS_PTRACE …, or run holter on the host, from where every container can be read';
const kubernetes =
  'Kubernetes: kubectl debug POD --profile=sysadmin --target=CONTAINER --image=…, or securityContext.capabilities.add: [SYS_PTRACE]';

/** The same user needs no capability; root is what the other lines are about. */
function asItsUser({ pid, targetUser, inContainer }: DenialFacts): string[] {
  if (targetUser === 0) return [];
  return [
    inContainer
      ? `as its user: docker exec --user ${targetUser} CONTAINER holter dump ${pid}`
      : `as its user: sudo -u '#${targetUser}' $(which holter) dump ${pid}`,
  ];
}

/** The first check that the facts fail. */
export function diagnoseDenial(facts: DenialFacts): Verdict {
  const { pid } = facts;
  const grants = facts.inContainer ? [docker, kubernetes] : [asRoot(pid), docker, kubernetes];
  if (!facts.sameUserNamespace) {
    return {
      cause: 'it lives in another user namespace, where our rights do not count',
      fixes: ['run holter as root on the host, or inside that container', ...grants],
    };
  }
  if (facts.ourUser !== facts.targetUser && !facts.haveCapability) {
    return {
      cause: `it belongs to user ${facts.targetUser}, and we are user ${facts.ourUser}`,
      fixes: [...asItsUser(facts), ...grants],
    };
  }
  if (!facts.isDumpable && !facts.haveCapability) {
    return {
      cause:
        'it is not dumpable: it changed its user, has file capabilities, or asked for it with prctl(PR_SET_DUMPABLE)',
      fixes: grants,
    };
  }
  if (facts.targetHasMoreCapabilities && !facts.haveCapability) {
    return { cause: 'it has capabilities that we do not have', fixes: grants };
  }
  if (facts.yamaScope === 3) {
    return {
      cause: 'Yama forbids it to everybody (kernel.yama.ptrace_scope = 3) until the next boot',
      fixes: [
        'set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d and boot again',
        'until then: take a core file and use holter core',
      ],
    };
  }
  if (facts.yamaScope !== undefined && facts.yamaScope > 0 && !facts.haveCapability) {
    return {
      cause: `Yama allows it only ${facts.yamaScope === 1 ? 'to ancestors of the process' : 'with CAP_SYS_PTRACE'} (kernel.yama.ptrace_scope = ${facts.yamaScope})`,
      fixes: [
        ...grants,
        'or for the whole host: sysctl kernel.yama.ptrace_scope=0',
        'or start it under holter: holter record -- python app.py',
      ],
    };
  }
  return {
    cause: 'a security module (AppArmor, SELinux) or a restricted container refuses it',
    fixes: [...grants, 'the audit log names the rule: dmesg, journalctl -k'],
  };
}

function readLinkOr(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function gatherFacts(pid: number, target: ProcessStatus): DenialFacts {
  const ours = readProcessStatus('self');
  const ourCapabilities = ours?.effectiveCapabilities ?? 0n;
  const yamaFile = '/proc/sys/kernel/yama/ptrace_scope';
  const namespace = readLinkOr(`/proc/${pid}/ns/user`);
  return {
    pid,
    ourUser: process.geteuid?.() ?? -1,
    targetUser: target.userIds[0] ?? -1,
    haveCapability: (ourCapabilities & CAP_SYS_PTRACE) !== 0n,
    yamaScope: existsSync(yamaFile) ? Number(readFileSync(yamaFile, 'utf8')) : undefined,
    // The files of a process that is not dumpable belong to root.
    isDumpable: statSync(`/proc/${pid}`).uid === target.userIds[1],
    sameUserNamespace: namespace === undefined || namespace === readLinkOr('/proc/self/ns/user'),
    targetHasMoreCapabilities: (target.effectiveCapabilities & ~ourCapabilities) !== 0n,
    inContainer: existsSync('/.dockerenv') || process.env['KUBERNETES_SERVICE_HOST'] !== undefined,
  };
}

const stateNames: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'stuck in the kernel (disk, network file system)',
  T: 'stopped by a signal',
  t: 'stopped by a debugger',
};

/** What the kernel shows to everybody. */
function describeVisible(pid: number, { state, threads, residentBytes }: ProcessStatus): string {
  const ticks = readCpuTicks(pid);
  const facts = [stateNames[state] ?? `state ${state}`, threads === 1 ? '1 thread' : `${threads} threads`];
  if (ticks !== undefined) facts.push(`${(ticks / TICKS_PER_SECOND).toFixed(2)} s on a CPU so far`);
  facts.push(`${(residentBytes / 2 ** 20).toFixed(1)} MiB of memory`);
  return facts.join(', ');
}

/** The error for a process whose memory we may not read. */
export function explainDenial(pid: number, target: ProcessStatus): AttachError {
  const { cause, fixes } = diagnoseDenial(gatherFacts(pid, target));
  return attachError('PROCESS_DENIED', `process ${pid} (${target.name}) may not be read: ${cause}`, [
    ...fixes.map((fix) => `  ${fix}`),
    `what is seen without it: ${describeVisible(pid, target)}`,
  ]);
}
