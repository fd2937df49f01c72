// `holter why`: three lines that say why a Python process (and what it started) does not get on, then the evidence.
import { parseArgs } from 'node:util';
import { diagnose } from '../../pyproc/why/diagnose.ts';
import { withScene } from '../../pyproc/why/scene.ts';
import { formatDiagnosis } from '../output/why-text.ts';
import { choosePalette } from '../output/palette.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { listTree } from '../../pyproc/procfs/process-tree.ts';
import { selectProcess } from '../target/select-process.ts';

const HELP = `usage: holter why PID|PATTERN [options]

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
  const denied = scene.skipped.find(({ pid }) => pid === root);
  if (denied !== undefined && scene.processes.length === 0) {
    reportAttachError(denied.error);
    return 3;
  }
  if (scene.processes.length === 0) {
    console.error(`holter why: process ${root} has ended, or is a zombie`);
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
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pid: { type: 'string', short: 'p' },
        window: { type: 'string' },
        json: { type: 'boolean', short: 'j' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    console.error(`holter why: ${(error as Error).message}\n\nholter why --help says more.`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const windowMs = Number(values.window ?? 250);
  if (!(windowMs > 0 && windowMs <= MAX_WINDOW_MS)) {
    console.error(`holter why: expected 1 to ${MAX_WINDOW_MS} milliseconds after --window, got "${values.window}"`);
    return 2;
  }
  const selected = selectProcess(values.pid ?? positionals[0]);
  if (!selected.ok) {
    console.error(`holter why: ${selected.error.message}`);
    return selected.error.exitCode;
  }
  return explainTree(selected.value, windowMs, values.json === true);
}
