// `holter why`: three lines that say why a Python process (and what it started) does not get on, then the evidence.
import { err } from '../../base/result.ts';
import { attach } from '../../pyproc/attach.ts';
import { diagnose } from '../../pyproc/why/diagnose.ts';
import { withScene } from '../../pyproc/why/scene.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatDiagnosis } from '../output/why-text.ts';
import { choosePalette } from '../output/palette.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { listTree } from '../../pyproc/procfs/process-tree.ts';
import { selectProcess } from '../target/select-process.ts';

export const HELP = `usage: holter why PID|PATTERN [options]

Looks twice at the process and everything that it started, and says what is in the way: deadlocks, who has a lock,
which address a pool waits for, a blocked event loop, who keeps the GIL. The processes are only read.

  -p, --pid PID      the process, like the plain word
      --window MS    time between the two looks (default 250)
  -j, --json         one JSON document

Exit codes: 0 done, 2 wrong use, 3 the process cannot be reached or read.`;

const MAX_WINDOW_MS = 60_000;

/** Runs the diagnosis of `root` and its descendants; resolves to the exit code. */
export async function explainTree(root: number, windowMs: number, json: boolean): Promise<number> {
  const { scene, findings } = await withScene(listTree(root), windowMs, (seen) => ({
    scene: seen,
    findings: diagnose(seen),
  }));
  if (scene.processes.length === 0) {
    const denied = scene.skipped.find(({ pid }) => pid === root)?.error;
    const again = denied === undefined ? attach(root) : err(denied);
    if (!again.ok) reportAttachError(again.error);
    else console.error(`holter why: process ${root} was not there a moment ago; ask again`);
    return 3;
  }
  console.log(
    json
      ? JSON.stringify({ pid: root, findings }, undefined, 2)
      : formatDiagnosis(scene, findings, choosePalette(process.stdout)),
  );
  return 0;
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      pid: { type: 'string', short: 'p' },
      window: { type: 'string' },
      json: { type: 'boolean', short: 'j' },
    },
  });
  const windowMs = Number(values.window ?? 250);
  if (!(windowMs > 0 && windowMs <= MAX_WINDOW_MS))
    throw new WrongUse(`expected 1 to ${MAX_WINDOW_MS} milliseconds after --window, got "${values.window}"`);
  const pid = selectProcess(values.pid ?? positionals[0]);
  return explainTree(pid, windowMs, values.json === true);
}
