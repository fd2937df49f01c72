// What a process and its children cost, as the kernel accounts it.
import { readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds (user + system) and proportional set size (bytes) of a process. */
export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly pssBytes: number;
}

function parentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

/** `pid` and everything that descends from it. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), parentOf(Number(name)));
    } catch {
      // It ended while we looked.
    }
  }
  const family = [pid];
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

/** The cost so far of all processes in `pids`. */
export function costOf(pids: readonly number[]): ProcessCost {
  let ticks = 0;
  let pssBytes = 0;
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
      pssBytes += Number(pss?.[1] ?? 0) * 1024;
    } catch {
      // It ended while we looked.
    }
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, pssBytes };
}

/** CPU seconds of each thread that lives, added up by name; `main` is the first one. */
export function threadsOf(pid: number): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = task === String(pid) ? 'main' : readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim();
      const [nanos] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
      seconds.set(name, (seconds.get(name) ?? 0) + Number(nanos) / 1e9);
    } catch {
      // It ended while we looked.
    }
  }
  return seconds;
}
