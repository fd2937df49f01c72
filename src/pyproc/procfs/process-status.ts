// Facts of a process from /proc/PID/status, stat and cmdline; see proc_pid_status(5) and proc_pid_stat(5).
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStatus {
  readonly name: string;
  /** One letter: R running, S sleeping, D disk, T stopped, t traced, Z zombie, X dead. */
  readonly state: string;
  readonly parent: number;
  /** Real, effective, saved and file system id. */
  readonly userIds: readonly number[];
  readonly groupIds: readonly number[];
  /** The process's ids from our namespace inwards; the last is the one that it sees itself. */
  readonly namespaceIds: readonly number[];
  readonly threads: number;
  readonly effectiveCapabilities: bigint;
  readonly residentBytes: number;
}

/** `undefined` when there is no such process (any more). */
export function readProcessStatus(pid: number | 'self'): ProcessStatus | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon !== -1) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const numbers = (name: string): number[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean).map(Number);
  return {
    name: fields.get('Name') ?? '',
    state: (fields.get('State') ?? '?')[0] ?? '?',
    parent: numbers('PPid')[0] ?? 0,
    userIds: numbers('Uid'),
    groupIds: numbers('Gid'),
    namespaceIds: numbers('NSpid'),
    threads: numbers('Threads')[0] ?? 0,
    effectiveCapabilities: BigInt(`0x${fields.get('CapEff') ?? '0'}`),
    residentBytes: Number.parseInt(fields.get('VmRSS') ?? '0', 10) * 1024,
  };
}

/** The words of the command line; empty for kernel threads and zombies. */
export function readCommandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Every process that the kernel shows us. */
export function listProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** When the process started, in clock ticks since boot: tells a process from a later one with its number. */
export function readStartTime(pid: number): number | undefined {
  try {
    return Number(statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'))[19]);
  } catch {
    return undefined;
  }
}

/** CPU time so far of all threads, user and system, in clock ticks. */
export function readCpuTicks(pid: number): number | undefined {
  try {
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}

/** The fields of a stat line behind the program's name, which may itself hold spaces and parentheses; [0] is the state. */
export function statFields(line: string): string[] {
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
