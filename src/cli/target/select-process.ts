// Which process a command is about: PID, --pid PID, or a unique part of a command line.
import { err, ok, type Result } from '../../base/result.ts';
import { listProcesses, readCommandLine, readProcessStatus } from '../../pyproc/procfs/process-status.ts';

const MAX_LISTED = 10;

/** `exitCode` as in the manual: 2 wrong use, 3 cannot reach the target. */
export interface SelectionError {
  readonly exitCode: 2 | 3;
  readonly message: string;
}

function parsePid(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word);
  return /^0x[0-9a-f]+$/i.test(word) ? Number.parseInt(word, 16) : undefined;
}

/** Resolves the words of the user to a process number. */
export function selectProcess(word: string | undefined): Result<number, SelectionError> {
  if (word === undefined || word === '') {
    return err({ exitCode: 2, message: 'expected a PID or a part of a command line, got nothing' });
  }
  const pid = parsePid(word);
  if (pid !== undefined) {
    return pid > 0 ? ok(pid) : err({ exitCode: 2, message: `expected a PID above 0, got ${word}` });
  }
  const matches = listProcesses()
    .filter((candidate) => candidate !== process.pid && candidate !== process.ppid)
    .map((candidate) => ({ pid: candidate, line: readCommandLine(candidate).join(' ') }))
    .filter(({ line }) => line.includes(word) && !line.includes('holter'));
  const [first] = matches;
  if (first === undefined) return err({ exitCode: 3, message: `no process has "${word}" in its command line` });
  if (matches.length === 1) return ok(first.pid);
  // The ancestor of all others stands for its workers.
  const root = matches.find(({ pid: candidate }) => matches.every((other) => isDescendant(other.pid, candidate)));
  if (root !== undefined) return ok(root.pid);
  const list = matches.slice(0, MAX_LISTED).map((match) => `  ${match.pid}  ${match.line}`);
  if (matches.length > MAX_LISTED) list.push(`  … ${matches.length - MAX_LISTED} more`);
  const head = `"${word}" is in the command lines of ${matches.length} processes, give one of their PIDs:`;
  return err({ exitCode: 2, message: [head, ...list].join('\n') });
}

function isDescendant(pid: number, ancestor: number): boolean {
  for (let current = pid, depth = 0; current > 0 && depth < 64; depth++) {
    if (current === ancestor) return true;
    current = readProcessStatus(current)?.parent ?? 0;
  }
  return false;
}
