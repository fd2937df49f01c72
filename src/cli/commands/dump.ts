// `holter dump`: what every thread of a Python process is doing, and what it waits for.
import { Inspector, type InspectOptions } from '../../pyproc/inspect.ts';
import { attach } from '../../pyproc/attach.ts';
import { withPaused } from '../../pyproc/pause.ts';
import type { ProcessReport } from '../../pyproc/report.ts';
import { readArguments, WrongUse } from '../command.ts';
import { NATIVE_REFUSED } from '../output/argument-error.ts';
import { formatDump } from '../output/dump-text.ts';
import { choosePalette } from '../output/palette.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { listTree } from '../../pyproc/procfs/process-tree.ts';
import { selectProcess } from '../target/select-process.ts';

export const HELP = `usage: holter dump PID|PATTERN [options]

Shows every thread's Python stack and what it waits for. The process is only read: it is not paused or changed.
PATTERN is a part of a command line that only one process (or one tree of processes) has.

  -p, --pid PID         the process, like the plain word
  -c, --core FILE       read a core file instead (holter core FILE says more)
  -l, --locals[=DEPTH]  local variables of every frame; -ll goes deeper (depth 2, then 4, then 8)
      --no-redact       show values whose names look like secrets
  -s, --subprocesses    also the processes that it started
  -j, --json            one JSON document
      --full-paths      whole file names (also --full-filenames)
      --greenlets       look for greenlets in a process of more than 512 MiB, too
      --why             only the diagnosis, like holter why
      --pause           stop the process while it is read (SIGSTOP, then SIGCONT)
      --nonblocking     accepted for py-spy's habits: reading never pauses the process

Exit codes: 0 done, 2 wrong use, 3 the process cannot be reached or read.`;

const LOCALS_DEPTHS = [2, 4, 8] as const;

/** Splits `--locals=N` (also `-l=N`) off, because a plain `--locals` takes no value. */
function takeLocalsDepth(args: readonly string[]): {
  rest: string[];
  depth: number | undefined;
  bad: string | undefined;
} {
  const rest: string[] = [];
  let depth: number | undefined;
  let bad: string | undefined;
  for (const word of args) {
    const value = /^(?:--locals|-l)=(.*)$/.exec(word)?.[1];
    if (value === undefined) rest.push(word);
    else if (/^\d{1,2}$/.test(value)) depth = Number(value);
    else bad = word;
  }
  return { rest, depth, bad };
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { rest, depth, bad } = takeLocalsDepth(args);
  if (bad !== undefined) throw new WrongUse(`expected a depth of 0 to 99, got "${bad}"`);
  const { values, positionals } = readArguments({
    args: rest,
    allowPositionals: true,
    options: {
      pid: { type: 'string', short: 'p' },
      core: { type: 'string', short: 'c' },
      locals: { type: 'boolean', short: 'l', multiple: true },
      'no-redact': { type: 'boolean' },
      subprocesses: { type: 'boolean', short: 's' },
      json: { type: 'boolean', short: 'j' },
      'full-paths': { type: 'boolean' },
      'full-filenames': { type: 'boolean' },
      why: { type: 'boolean' },
      greenlets: { type: 'boolean' },
      pause: { type: 'boolean' },
      native: { type: 'boolean', short: 'n' },
      nonblocking: { type: 'boolean' },
    },
  });
  if (values.native === true) throw new WrongUse(NATIVE_REFUSED);
  const count = values.locals?.length ?? 0;
  const localsDepth = depth ?? (count > 0 ? LOCALS_DEPTHS[Math.min(count, LOCALS_DEPTHS.length) - 1] : undefined);
  const fullPaths = values['full-paths'] === true || values['full-filenames'] === true;
  if (values.core !== undefined) {
    const { run: readCore } = await import('./core.ts');
    return readCore([
      values.core,
      ...(localsDepth === undefined ? [] : [`--locals=${localsDepth}`]),
      ...(values['no-redact'] === true ? ['--no-redact'] : []),
      ...(values.json === true ? ['--json'] : []),
      ...(fullPaths ? ['--full-paths'] : []),
    ]);
  }
  if (positionals.length > 1) throw new WrongUse(`expected one process, got ${positionals.join(' ')}`);
  const pid = selectProcess(values.pid ?? positionals[0]);
  if (values.why === true) return (await import('./why.ts')).explainTree(pid, 250, values.json === true);
  const options: InspectOptions = {
    redacts: values['no-redact'] !== true,
    greenlets: values.greenlets === true,
    ...(localsDepth === undefined ? {} : { localsDepth }),
  };
  return dumpProcesses(pid, options, {
    tree: values.subprocesses === true,
    json: values.json === true,
    pause: values.pause === true,
    fullPaths,
  });
}

async function dumpProcesses(
  root: number,
  options: InspectOptions,
  shape: { tree: boolean; json: boolean; pause: boolean; fullPaths: boolean },
): Promise<number> {
  const reports: ProcessReport[] = [];
  for (const pid of shape.tree ? listTree(root) : [root]) {
    const target = attach(pid);
    if (!target.ok) {
      // A child that is no Python, or is gone by now, must not hide the others.
      if (pid === root || target.error.code === 'PROCESS_DENIED') reportAttachError(target.error);
      if (pid === root) return 3;
      continue;
    }
    const inspector = new Inspector(target.value, pid);
    if (shape.pause) {
      const paused = await withPaused(pid, () => inspector.inspect({ ...options, isStill: true }));
      if (paused.ok) reports.push(paused.value);
      else console.error(`holter dump: ${paused.error}`);
    } else reports.push(inspector.inspect(options));
    target.value.close();
  }
  if (reports.length === 0) return 3;
  if (shape.json) console.log(JSON.stringify(shape.tree ? reports : reports[0], undefined, 2));
  else {
    const palette = choosePalette(process.stdout);
    console.log(reports.map((report) => formatDump(report, { palette, fullPaths: shape.fullPaths })).join('\n\n'));
  }
  return 0;
}
