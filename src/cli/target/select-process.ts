// Which process a command is about: PID, --pid PID, or a unique part of a command line.
import { listProcesses, readCommandLine, readProcessStatus } from '../../pyproc/procfs/process-status.ts';
import { CommandFailure, WrongUse } from '../command.ts';

const MAX_LISTED = 10;

function parsePid(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word);
  return /^0x[0-9a-f]+$/i.test(word) ? Number.parseInt(word, 16) : undefined;
}

/** The number of the process that the user's word means. Throws WrongUse, or CommandFailure when there is none. */
export function selectProcess(word: string | undefined): number {
  if (word === undefined || word === '') throw new WrongUse('expected a PID or a part of a command line, got nothing');
  const pid = parsePid(word);
  if (pid !== undefined) {
    if (pid > 0) return pid;
    throw new WrongUse(`expected a PID above 0, got ${word}`);
  }
  const matches = listProcesses()
    // The word also stands in the command lines of what was started to ask: a shell, npx, the launcher.
    .filter((candidate) => !isDescendant(process.pid, candidate))
    .map((candidate) => ({ pid: candidate, line: readCommandLine(candidate).join(' ') }))
    .filter(({ line }) => line.includes(word));
  const [first] = matches;
  if (first === undefined) throw new CommandFailure(`no process has "${word}" in its command line`, 3);
  if (matches.length === 1) return first.pid;
  // The ancestor of all others stands for its workers.
  const root = matches.find(({ pid: candidate }) => matches.every((other) => isDescendant(other.pid, candidate)));
  if (root !== undefined) return root.pid;
  const list = matches.slice(0, MAX_LISTED).map((match) => `  ${match.pid}  ${match.line}`);
  if (matches.length > MAX_LISTED) list.push(`  … ${matches.length - MAX_LISTED} more`);
  const head = `"${word}" is in the command lines of ${matches.length} processes, give one of their PIDs:`;
  throw new CommandFailure([head, ...list].join('\n'), 2);
}

function isDescendant(pid: number, ancestor: number): boolean {
  for (let current = pid, depth = 0; current > 0 && depth < 64; depth++) {
    if (current === ancestor) return true;
    current = readProcessStatus(current)?.parent ?? 0;
  }
  return false;
}
