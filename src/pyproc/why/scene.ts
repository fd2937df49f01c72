// What a diagnosis is made from: two looks at each process of a tree, a moment apart, and what every thread waits for.
import { attach } from '../attach.ts';
import type { AttachError } from '../attach-error.ts';
import { Dumper, type Frame, type ProcessDump, type ThreadDump } from '../dump.ts';
import { makeFileNameShortener } from '../file-names.ts';
import { readCommandLine, readProcessStatus, type ProcessStatus } from '../procfs/process-status.ts';
import { readTaskSyscall, readTaskTimes, type TaskTimes } from '../procfs/task.ts';
import { threadTitle, WaitExplainer } from '../waits/explain-waits.ts';
import { withLeastWait } from '../waits/waited.ts';
import type { WaitReport } from '../waits/wait.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';

export interface ThreadLoad {
  /** On a CPU. */
  readonly ran: number;
  /** On a CPU or ready for one: on a loaded machine a busy thread gets less than it wants. */
  readonly wanted: number;
}

/** One Python process of the tree. */
export interface ProcessScene {
  readonly pid: number;
  readonly parent: number;
  readonly status: ProcessStatus;
  readonly commandLine: readonly string[];
  readonly target: PythonTarget;
  readonly dumper: Dumper;
  readonly before: ProcessDump;
  readonly dump: ProcessDump;
  readonly waits: ReadonlyMap<ThreadDump, WaitReport>;
  readonly explainer: WaitExplainer;
  /** What each thread did of the window, 0–1. */
  readonly load: ReadonlyMap<ThreadDump, ThreadLoad>;
  /** Thread states that had a GIL and were seen at more than one instruction between the two looks. */
  readonly moved: ReadonlySet<Address>;
  /** Thread states that were seen waiting for a GIL between the two looks. */
  readonly wantedGil: ReadonlySet<Address>;
  /** Resident memory at the first look, in bytes. */
  readonly residentBefore: number;
  readonly shorten: (fileName: string) => string;
}

/** A child that has ended and that its parent has not waited for. */
export interface Zombie {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

export interface Scene {
  readonly processes: readonly ProcessScene[];
  readonly zombies: readonly Zombie[];
  readonly windowSeconds: number;
  /** Processes of the tree that could not be looked into, with the reason. */
  readonly skipped: readonly { readonly pid: number; readonly error: AttachError }[];
}

/** A thread together with its process. */
export interface Actor {
  readonly process: ProcessScene;
  readonly thread: ThreadDump;
  readonly wait: WaitReport | undefined;
}

/** All threads of all processes. */
export function* actorsOf(scene: Scene): Generator<Actor> {
  for (const process of scene.processes) {
    for (const thread of process.dump.threads) yield { process, thread, wait: process.waits.get(thread) };
  }
}

const STANDARD_LIBRARY = /\/lib(?:64)?\/python3\.\d+\/(?!(?:site|dist)-packages\/)|^<frozen /;
const INSTALLED = /\/(?:site|dist)-packages\//;

interface Framed {
  readonly frames: readonly Frame[];
}

/** The innermost frame of the program's own code, if there is any. */
export function programFrame({ frames }: Framed): Frame | undefined {
  return frames.find(({ fileName }) => !STANDARD_LIBRARY.test(fileName) && !INSTALLED.test(fileName));
}

/** The innermost frame of the program's own code; of a library's when there is none; else the innermost. */
export function ownFrame({ frames }: Framed): Frame | undefined {
  return programFrame({ frames }) ?? frames.find(({ fileName }) => !STANDARD_LIBRARY.test(fileName)) ?? frames[0];
}

/** ` at orders/db.py:88 (fetch)`, or nothing when there is no Python frame. */
export function where({ process, thread }: Actor): string {
  const frame = ownFrame(thread);
  return frame === undefined ? '' : ` at ${process.shorten(frame.fileName)}:${frame.line} (${frame.qualifiedName})`;
}

/** `thread "worker" (1234)`, with the process when the tree has several. */
export function title(actor: Actor, scene: Scene): string {
  const name = threadTitle(actor.thread);
  return scene.processes.length > 1 ? `${name} of process ${actor.process.pid}` : name;
}

/** Whether a frame of the thread is `function` in a file that ends with `file`. */
export function isInside(thread: ThreadDump, file: string, name?: string): boolean {
  return thread.frames.some((frame) => frame.fileName.endsWith(file) && (name === undefined || frame.name === name));
}

/** The innermost frames as lines of evidence. */
export function stackLines({ process, thread }: Actor, count = 4): string[] {
  return thread.frames
    .slice(0, count)
    .map((frame) => `    ${frame.qualifiedName} (${process.shorten(frame.fileName)}:${frame.line})`);
}

interface FirstLook {
  readonly pid: number;
  readonly target: PythonTarget & { close(): void };
  readonly dumper: Dumper;
  readonly before: ProcessDump;
  readonly runTimes: ReadonlyMap<number, TaskTimes>;
  readonly resident: number;
  /** Thread state → the instructions at which it was seen. */
  readonly marks: Map<Address, Set<string>>;
  readonly wantedGil: Set<Address>;
}

/** Between the two looks the holders of GILs are glanced at this often: a tight loop comes back to one place. */
const GLANCES = 8;
const SYSCALL_FUTEX = 202;

/** Whether the thread is in a futex call on the struct of one of the GILs. */
export function isInGilWait(syscall: ThreadDump['syscall'], dump: ProcessDump, { layout }: PythonTarget): boolean {
  if (syscall === undefined || syscall === 'running' || syscall.number !== SYSCALL_FUTEX) return false;
  const futex = Number(syscall.arguments[0] ?? 0n);
  return [...dump.gils.values()].some(({ address }) => futex >= address && futex < address + layout.gil.size);
}

function glance(first: FirstLook): void {
  const { pid, target, dumper, before, marks, wantedGil } = first;
  // Who waits for the GIL wakes every few milliseconds to ask for it, so one look may find it awake.
  for (const { address, nativeId, syscall } of before.threads) {
    const mayWant = syscall === 'running' || isInGilWait(syscall, before, target);
    if (!mayWant || nativeId === undefined || wantedGil.has(address)) continue;
    if (isInGilWait(readTaskSyscall(pid, nativeId), before, target)) wantedGil.add(address);
  }
  for (const { lastHolder } of before.gils.values()) {
    const [top] = lastHolder === 0 ? [] : dumper.readStack(lastHolder, true).frames;
    if (top === undefined) continue;
    const mark = `${top.address} ${top.code} ${top.offset}`;
    const seen = marks.get(lastHolder);
    if (seen === undefined) marks.set(lastHolder, new Set([mark]));
    else seen.add(mark);
  }
}

function runTimesOf(pid: number, dump: ProcessDump): Map<number, TaskTimes> {
  const times = new Map<number, TaskTimes>();
  for (const { nativeId } of dump.threads) {
    const time = nativeId === undefined ? undefined : readTaskTimes(pid, nativeId);
    if (nativeId !== undefined && time !== undefined) times.set(nativeId, time);
  }
  return times;
}

function secondLook(first: FirstLook, status: ProcessStatus, seconds: number): ProcessScene {
  const { pid, target, dumper, before, runTimes, resident, marks, wantedGil } = first;
  const dump = dumper.look();
  const explainer = new WaitExplainer(dumper, dump, pid);
  const waits = new Map<ThreadDump, WaitReport>();
  const load = new Map<ThreadDump, ThreadLoad>();
  const times = runTimesOf(pid, dump);
  for (const thread of dump.threads) {
    const { nativeId = -1 } = thread;
    const [from, to] = [runTimes.get(nativeId), times.get(nativeId)];
    const wait = explainer.explain(thread);
    if (wait !== undefined) waits.set(thread, withLeastWait(wait, from, to, seconds));
    if (from === undefined || to === undefined) continue;
    const share = (nanoseconds: number): number => Math.min(1, nanoseconds / 1e9 / seconds);
    const ran = to.ran - from.ran;
    load.set(thread, { ran: share(ran), wanted: share(ran + to.queued - from.queued) });
  }
  return {
    pid,
    parent: status.parent,
    status,
    commandLine: readCommandLine(pid),
    target,
    dumper,
    before,
    dump,
    waits,
    explainer,
    load,
    moved: new Set([...marks].flatMap(([thread, seen]) => (seen.size > 1 ? [thread] : []))),
    wantedGil,
    residentBefore: resident,
    shorten: makeFileNameShortener(target),
  };
}

/** Looks twice at every process of `pids`, `windowMs` apart, and hands the scene to `use`; descriptors are released after it. */
export async function withScene<T>(pids: readonly number[], windowMs: number, use: (scene: Scene) => T): Promise<T> {
  const firsts: FirstLook[] = [];
  const skipped: { pid: number; error: AttachError }[] = [];
  const zombies: Zombie[] = [];
  for (const pid of pids) {
    const status = readProcessStatus(pid);
    if (status?.state === 'Z') {
      zombies.push({ pid, parent: status.parent, name: status.name });
      continue;
    }
    const target = attach(pid);
    if (!target.ok) {
      skipped.push({ pid, error: target.error });
      continue;
    }
    const dumper = new Dumper(target.value, pid);
    const before = dumper.look();
    const resident = status?.residentBytes ?? 0;
    const runTimes = runTimesOf(pid, before);
    firsts.push({
      pid,
      target: target.value,
      dumper,
      before,
      runTimes,
      resident,
      marks: new Map(),
      wantedGil: new Set(),
    });
  }
  const start = performance.now();
  for (let count = 0; count < GLANCES; count++) {
    await new Promise((wake) => setTimeout(wake, windowMs / GLANCES));
    for (const first of firsts) glance(first);
  }
  const windowSeconds = (performance.now() - start) / 1000;
  const processes: ProcessScene[] = [];
  for (const first of firsts) {
    const status = readProcessStatus(first.pid);
    if (status !== undefined && status.state !== 'Z') processes.push(secondLook(first, status, windowSeconds));
  }
  try {
    return use({ processes, zombies, windowSeconds, skipped });
  } finally {
    for (const { target } of firsts) target.close();
  }
}
