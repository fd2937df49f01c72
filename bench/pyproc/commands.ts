// Whole commands on the clock: dump beside py-spy's, attaching, census, core.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProfileBuilder } from '../../src/profile/profile-builder.ts';
import { ProcessSampler, type SampleCounts } from '../../src/pyproc/sampler/process-sampler.ts';
import { BusyProgram } from './program.ts';
import { median } from './statistics.ts';

const holter = resolve(import.meta.dirname, '../../bin/holter.js');

export interface Timing {
  readonly wallMs: number;
  /** User and system time of the command and its children. */
  readonly cpuMs: number;
}

function timeCommand(command: string, args: readonly string[]): Timing {
  const [began, before] = [performance.now(), childCpuMs()];
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return { wallMs: performance.now() - began, cpuMs: childCpuMs() - before };
}

/** CPU of the children that have ended and were waited for: fields 16 and 17 of /proc/self/stat, in ticks of 10 ms. */
function childCpuMs(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function timeHolter(...args: readonly string[]): Timing {
  return timeCommand(process.execPath, [holter, ...args]);
}

const middle = (timings: readonly Timing[]): Timing => ({
  wallMs: median(timings.map(({ wallMs }) => wallMs)),
  cpuMs: timings.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / timings.length,
});

/** `dump` of both in turn, the first time not counted. */
export async function timeDumps(
  python: string,
  pySpy: string,
  threads: number,
  rounds: number,
): Promise<{ own: Timing; peer: Timing; attachMs: number }> {
  const program = await BusyProgram.start(python, threads, 10);
  const [own, peer]: [Timing[], Timing[]] = [[], []];
  const attaches: number[] = [];
  const working = program.work(3600).catch(() => undefined);
  try {
    for (let round = 0; round <= rounds; round++) {
      const [ours, theirs] = [
        timeHolter('dump', `${program.pid}`),
        timeCommand(pySpy, ['dump', '--pid', `${program.pid}`]),
      ];
      const attached = timeAttach(program.pid);
      if (round === 0) continue;
      own.push(ours);
      peer.push(theirs);
      attaches.push(attached);
    }
  } finally {
    await program.stop();
    void working;
  }
  return { own: middle(own), peer: middle(peer), attachMs: median(attaches) };
}

/** Milliseconds from nothing to the first sample, in a program that already runs. */
function timeAttach(pid: number): number {
  const began = performance.now();
  const counts: SampleCounts = { samples: 0, uncertain: 0, failed: 0, withGil: 0, active: 0, looks: 0 };
  const options = { mode: 'wall', threads: false, functions: false, noLines: false, fullPaths: false } as const;
  const sampler = ProcessSampler.open(pid, new ProfileBuilder(), options);
  if (!sampler.ok) throw new Error(sampler.error.message);
  while (counts.samples === 0) sampler.value.sample(counts);
  const took = performance.now() - began;
  sampler.value.close();
  return took;
}

/** `heap` of a program with so many tracked objects, over the collector's lists alone and with the pools. */
export async function timeCensus(
  python: string,
  objects: number,
  rounds: number,
): Promise<{ lists: Timing; pools: Timing }> {
  const script = join(import.meta.dirname, 'heap.py');
  const child = spawn(python, [script, `${objects}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  try {
    const run = (...flags: string[]): Timing =>
      middle(Array.from({ length: rounds }, () => timeHolter('heap', ...flags, `${child.pid}`)));
    return { lists: run('--no-pools'), pools: run() };
  } finally {
    child.kill('SIGKILL');
  }
}

/** `core` on a core of about so many bytes; a string says why there is none. */
export async function timeCore(
  python: string,
  bytes: number,
  rounds: number,
): Promise<{ timing: Timing; bytes: number } | string> {
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  if (!pattern.startsWith('core')) return `core_pattern is "${pattern}", not a file in the working folder`;
  const folder = mkdtempSync(join(tmpdir(), 'holter-bench-core-'));
  try {
    const line = `ulimit -c unlimited; exec ${python} ${join(import.meta.dirname, 'heap.py')} 1000 ${bytes}`;
    const child = spawn('/bin/sh', ['-c', line], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.kill('SIGABRT');
    await once(child, 'exit');
    const name = readdirSync(folder).find((candidate) => candidate.startsWith('core'));
    if (name === undefined) return 'the kernel wrote no core (limit or space)';
    const file = join(folder, name);
    return {
      timing: middle(Array.from({ length: rounds }, () => timeHolter('core', file))),
      bytes: statSync(file).size,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
