// Differential: the same process through py-spy, pystack and holter. Same threads, same functions, same lines.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { need } from './need.ts';
import { needPython, startPython } from './python-target.ts';
import { runHolter } from './run-holter.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface PeerThread {
  readonly id: number;
  readonly frames: readonly string[];
}

function needPeer(context: Pick<TestContext, 'skip'>, name: string): string {
  return join(dirname(need(context, 'pyspy')), name);
}

const byId = (threads: readonly PeerThread[]): PeerThread[] => threads.toSorted((a, b) => a.id - b.id);

function askPySpy(program: string, pid: number): PeerThread[] {
  const { stdout } = spawnSync(program, ['dump', '--json', '--pid', String(pid)], { encoding: 'utf8' });
  const threads = JSON.parse(stdout) as { os_thread_id: number; frames: { name: string; line: number }[] }[];
  // py-spy names the plain function before 3.11 and the qualified one from then on.
  return byId(
    threads.map(({ os_thread_id: id, frames }) => ({
      id,
      frames: frames.map(({ name, line }) => `${name.slice(name.lastIndexOf('.') + 1)}:${line}`),
    })),
  );
}

function askPystack(program: string, pid: number): PeerThread[] {
  const { stdout } = spawnSync(program, ['--no-color', 'remote', '--no-block', String(pid)], { encoding: 'utf8' });
  const threads: { id: number; frames: string[] }[] = [];
  for (const line of stdout.split('\n')) {
    const thread = /^Traceback for thread (\d+)/.exec(line);
    const frame = /^ {4}\(Python\) File "[^"]*", line (\d+), in (.*)$/.exec(line);
    if (thread !== null) threads.push({ id: Number(thread[1]), frames: [] });
    // pystack lists the innermost frame last.
    if (frame !== null) threads.at(-1)?.frames.unshift(`${(frame[2] ?? '').split('.').at(-1)}:${frame[1]}`);
  }
  return byId(threads);
}

async function askHolter(pid: number): Promise<PeerThread[]> {
  const { stdout } = await runHolter('dump', '--json', String(pid));
  const { threads } = JSON.parse(stdout) as {
    threads: { nativeId: number; frames: { name: string; line: number }[] }[];
  };
  return byId(
    threads.map(({ nativeId: id, frames }) => ({ id, frames: frames.map(({ name, line }) => `${name}:${line}`) })),
  );
}

/** What is compared; each stands still once it has said so. */
export const peerPrograms: readonly (readonly [script: string, args: readonly string[], ready: number])[] = [
  ['sleeper.py', [], 2],
  ['two_locks.py', [], 1],
  ['planted.py', ['pool_waits_for_database'], 1],
  ['planted.py', ['task_cycle'], 1],
  ['planted.py', ['retry_sleep'], 1],
];
/** Starts one program and compares what the three say about it. */
export async function expectSameAsPeers(
  context: Pick<TestContext, 'skip'>,
  version: string,
  [script, args, ready]: (typeof peerPrograms)[number],
): Promise<void> {
  const [pySpy, pystack] = [needPeer(context, 'py-spy'), needPeer(context, 'pystack')];
  const target = startPython(needPython(context, version), script, ...args);
  await target.saw('ready', ready);
  // Between "ready" and standing still lies a line or two: both are asked again until they agree.
  const compare = async (ask: (program: string, pid: number) => PeerThread[], program: string): Promise<object> => {
    const [ours, theirs] = [await askHolter(target.pid), ask(program, target.pid)];
    return JSON.stringify(ours) === JSON.stringify(theirs) ? { same: true } : { ours, theirs };
  };
  await expect.poll(() => compare(askPySpy, pySpy)).toEqual({ same: true });
  await expect.poll(() => compare(askPystack, pystack)).toEqual({ same: true });
}

/** Flags of `record` that change what a stack looks like. */
export const recordFlags: readonly string[] = ['--full-filenames', '--nolineno', '--function'];

/** Stacks of a folded file with at least a tenth of its samples. */
function heavyStacks(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const counted = lines.map((line) => {
    const space = line.lastIndexOf(' ');
    return { stack: line.slice(0, space), count: Number(line.slice(space + 1)) };
  });
  const total = counted.reduce((sum, { count }) => sum + count, 0);
  const heavy = counted.filter(({ count }) => count >= total / 10);
  return heavy.map(({ stack }) => stack).toSorted();
}

/** Records one program with both and compares the stacks in which it spends its time, letter for letter. */
export async function expectSameRecording(
  context: Pick<TestContext, 'skip'>,
  version: string,
  flag: string,
): Promise<void> {
  const pySpy = needPeer(context, 'py-spy');
  const target = startPython(needPython(context, version), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const folder = temporaryFolder();
  const common = [flag, '-r', '200', '-d', '2', '-f', 'raw', '-p', String(target.pid)];
  const files = [join(folder, 'ours.folded'), join(folder, 'theirs.folded')] as const;
  await runHolter('record', ...common, '-o', files[0]);
  spawnSync(pySpy, ['record', ...common, '-o', files[1]]);
  const [ours, theirs] = [heavyStacks(files[0]), heavyStacks(files[1])];
  expect(ours.length).toBeGreaterThan(1);
  expect(ours).toEqual(theirs);
}
