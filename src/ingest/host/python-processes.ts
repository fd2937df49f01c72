// Python processes of this machine with the names of the Python client's own collector; `pid` and `process` tell them apart.
import type { Exposition } from '../collect/exposition.ts';
import { numberIn, TICKS, type ProcFiles } from './proc-files.ts';

const MAX_PROCESSES = 200;
const PAGE = 4096;
const MAX_NAME = 80;

interface PythonProcess {
  readonly pid: string;
  readonly name: string;
  readonly cpuSeconds: number;
  readonly startSeconds: number;
  readonly virtualBytes: number;
  readonly residentBytes: number;
  readonly threads: number;
  readonly openFiles: number | undefined;
  readonly maxFiles: number | undefined;
}

/** What a command line runs: a script's name, a module, or what the process calls itself. */
export function programName(arguments_: readonly string[]): string {
  const [program = '', ...rest] = arguments_;
  const own = program.split('/').at(-1) ?? '';
  if (!/^(?:python|pypy)[\d.]*$/.test(own))
    return program.includes('/') && !program.includes(' ') ? own : program.slice(0, MAX_NAME);
  const module = rest.indexOf('-m');
  const script = rest.findIndex((word) => !word.startsWith('-'));
  if (module !== -1 && (script === -1 || module < script)) return rest[module + 1] ?? own;
  if (rest.includes('-c') && (script === -1 || rest.indexOf('-c') < script)) return own;
  return rest[script]?.split('/').at(-1) ?? own;
}

export class PythonProcesses {
  // pid and start, so that a process is looked at closely once.
  #known = new Map<string, string | undefined>();

  write(proc: ProcFiles, out: Exposition): void {
    const processes = this.#find(proc);
    const lines: readonly (readonly [keyof PythonProcess, string, 'counter' | 'gauge', string])[] = [
      ['cpuSeconds', 'process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.'],
      ['startSeconds', 'process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.'],
      ['virtualBytes', 'process_virtual_memory_bytes', 'gauge', 'Virtual memory size in bytes.'],
      ['residentBytes', 'process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.'],
      ['threads', 'process_threads', 'gauge', 'Number of threads.'],
      ['openFiles', 'process_open_fds', 'gauge', 'Number of open file descriptors.'],
      ['maxFiles', 'process_max_fds', 'gauge', 'Maximum number of open file descriptors.'],
    ];
    for (const [field, name, type, help] of processes.length === 0 ? [] : lines) {
      out.family(name, type, help);
      for (const one of processes) out.sample(one[field] as number | undefined, { pid: one.pid, process: one.name });
    }
  }

  #find(proc: ProcFiles): PythonProcess[] {
    const boot = numberIn(proc.rows('stat').find(([name]) => name === 'btime')?.[1]) ?? 0;
    const known = new Map<string, string | undefined>();
    const found: PythonProcess[] = [];
    for (const pid of proc.list()) {
      if (!/^\d+$/.test(pid)) continue;
      const stat = proc.read(`${pid}/stat`);
      // The name stands in parentheses and may hold anything.
      const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields === undefined) continue;
      const field = (number: number): number => Number(fields[number - 3]);
      const key = `${pid}/${field(22)}`;
      const name = this.#known.has(key) ? this.#known.get(key) : nameOf(proc, pid);
      known.set(key, name);
      if (name === undefined || found.length >= MAX_PROCESSES) continue;
      const files = proc.list(`${pid}/fd`).length;
      found.push({
        pid,
        name,
        cpuSeconds: (field(14) + field(15)) / TICKS,
        startSeconds: boot + field(22) / TICKS,
        virtualBytes: field(23),
        residentBytes: field(24) * PAGE,
        threads: field(20),
        openFiles: files === 0 ? undefined : files,
        maxFiles: numberIn(/^Max open files\s+(\d+)/m.exec(proc.read(`${pid}/limits`) ?? '')?.[1]),
      });
    }
    this.#known = known;
    return found;
  }
}

/** The name of a Python process; undefined for any other. */
function nameOf(proc: ProcFiles, pid: string): string | undefined {
  const program = proc.link(`${pid}/exe`)?.split('/').at(-1) ?? '';
  if (!/^(?:python|pypy)[\d.]*(?:-\S+)?(?: \(deleted\))?$/.test(program) && program !== 'uwsgi') return undefined;
  const words = (proc.read(`${pid}/cmdline`) ?? '').split('\0').filter((word) => word !== '');
  return words.length === 0 ? undefined : programName(words);
}
