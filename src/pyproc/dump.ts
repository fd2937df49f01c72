// One look at a live process: every Python thread with its stack, its state, and whether it holds the GIL.
import type { CoreThread } from './core/core-notes.ts';
import type { Address } from './memory/process-memory.ts';
import { CodeTable } from './frames/code-table.ts';
import { StackMemory, StackWalker } from './frames/stack-walker.ts';
import { readTaskName, readTaskState, readTaskSyscall, type TaskSyscall } from './procfs/task.ts';
import type { PythonTarget } from './python-target.ts';
import { gilAddress, readGil, type GilState } from './threads/gil.ts';
import { NativeIds, readTaskIds } from './threads/native-ids.ts';
import { listThreads, type PythonThread } from './threads/thread-list.ts';
import { readThreadNames, type NamedThread } from './threads/thread-names.ts';

export interface Frame {
  readonly address: Address;
  readonly code: Address;
  readonly name: string;
  readonly qualifiedName: string;
  readonly fileName: string;
  /** 0 when the instruction belongs to no line. */
  readonly line: number;
  /** Byte offset of the instruction; -1 when execution has not begun. */
  readonly offset: number;
}

/** running: on a CPU or about to be; waiting: blocked; stopped: by a signal or a debugger; unknown: not shown. */
export type ThreadActivity = 'running' | 'waiting' | 'disk' | 'stopped' | 'unknown';

export interface ThreadDump {
  readonly address: Address;
  readonly interpreter: Address;
  readonly interpreterId: number;
  readonly pthreadId: number;
  /** The system's thread id as we see it. */
  readonly nativeId: number | undefined;
  readonly name: string | undefined;
  readonly object: Address | undefined;
  readonly activity: ThreadActivity;
  readonly holdsGil: boolean;
  readonly syscall: TaskSyscall | 'running' | undefined;
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** The stack changed at every attempt, or did not reach its root: frames may not belong together. */
  readonly isUncertain: boolean;
}

export interface ProcessDump {
  readonly pid: number | undefined;
  readonly threads: readonly ThreadDump[];
  readonly gils: ReadonlyMap<Address, GilState>;
}

const activities: Readonly<Record<string, ThreadActivity>> = {
  R: 'running',
  S: 'waiting',
  D: 'disk',
  I: 'waiting',
  T: 'stopped',
  t: 'stopped',
};

// A thread that we have stopped ourselves: inside of a system call it was blocked.
function activityOf(state: string | undefined, syscall: ThreadDump['syscall'], isStill: boolean): ThreadActivity {
  const activity = activities[state ?? ''] ?? 'unknown';
  if (!isStill || activity !== 'stopped' || syscall === undefined) return activity;
  return syscall !== 'running' && syscall.number >= 0 ? 'waiting' : 'running';
}

/** Reads the stacks of a target with readers of its own; one dumper may look many times. */
export class Dumper {
  readonly target: PythonTarget;
  readonly codes: CodeTable;
  readonly #walker: StackWalker;
  readonly #pid: number | undefined;
  readonly #coreThreads: ReadonlyMap<number, CoreThread>;
  readonly #gilAddresses = new Map<Address, Address>();
  /** Of one thread after the other: nothing is remembered between looks. */
  readonly #memory = new StackMemory();

  /** `pid` is `undefined` for a core. */
  constructor(target: PythonTarget, pid: number | undefined, coreThreads: readonly CoreThread[] = []) {
    this.#coreThreads = new Map(coreThreads.map((thread) => [thread.id, thread]));
    this.target = target;
    this.#pid = pid;
    this.codes = new CodeTable(target.layout, target.reader, target.objects);
    this.#walker = new StackWalker(target.image.memory, target.layout, this.codes);
  }

  /** Looks at all threads. `isStill`: the target cannot move meanwhile. */
  look(isStill = false): ProcessDump {
    const { target } = this;
    target.refresh();
    this.codes.beginLook();
    const pid = this.#pid;
    const tasks = pid === undefined ? new Map([...this.#coreThreads.keys()].map((id) => [id, id])) : readTaskIds(pid);
    const nativeIds = new NativeIds(target.reader, tasks);
    const names = new Map<Address, Map<number, NamedThread>>();
    const gils = new Map<Address, GilState>();
    const threads = listThreads(target).map((thread): ThreadDump => {
      let known = names.get(thread.interpreter);
      if (known === undefined) names.set(thread.interpreter, (known = readThreadNames(target, thread.interpreter)));
      const nativeId = nativeIds.of(thread) ?? (pid === undefined ? thread.rememberedId : undefined);
      const { frames, isUncertain } = this.#readThread(thread, isStill, gils);
      const holder = gils.get(this.#gilAddressOf(thread))?.holder;
      const state = pid === undefined || nativeId === undefined ? undefined : readTaskState(pid, nativeId);
      const syscall = this.#readSyscall(nativeId);
      return {
        ...thread,
        nativeId,
        name:
          known.get(thread.pthreadId)?.name ??
          (nativeId === pid && pid !== undefined ? 'MainThread' : taskName(pid, nativeId)),
        object: known.get(thread.pthreadId)?.object,
        activity: activityOf(state, syscall, isStill),
        holdsGil: holder === thread.address,
        syscall,
        frames,
        isUncertain,
      };
    });
    return { pid, threads, gils };
  }

  // In a core the registers say in which system call a thread was.
  #readSyscall(nativeId: number | undefined): TaskSyscall | 'running' | undefined {
    if (nativeId === undefined) return undefined;
    if (this.#pid !== undefined) return readTaskSyscall(this.#pid, nativeId);
    const call = this.#coreThreads.get(nativeId)?.call;
    return call === undefined || call.number < 0 ? undefined : call;
  }

  #gilAddressOf({ interpreter }: PythonThread): Address {
    let address = this.#gilAddresses.get(interpreter);
    if (address === undefined) this.#gilAddresses.set(interpreter, (address = gilAddress(this.target, interpreter)));
    return address;
  }

  // A thread that does not hold the GIL cannot move its stack: when the GIL did not change hands around one walk, and
  // the thread was not its holder, one walk is enough. `gils` are as they were seen last, and are brought up to date.
  #readThread(
    thread: PythonThread,
    isStill: boolean,
    gils: Map<Address, GilState>,
  ): { frames: Frame[]; isUncertain: boolean } {
    const address = this.#gilAddressOf(thread);
    const refresh = (): GilState | undefined => {
      const gil = readGil(this.target, address);
      if (gil !== undefined) gils.set(address, gil);
      return gil;
    };
    const before = gils.get(address) ?? refresh();
    if (!isStill && before !== undefined && before.lastHolder !== thread.address) {
      const once = this.readStack(thread.address, true);
      if (!once.isUncertain && refresh()?.switches === before.switches) return once;
    }
    const stack = this.readStack(thread.address, isStill);
    refresh();
    return stack;
  }

  /** The stack of one thread state. */
  readStack(thread: Address, isStill = false): { frames: Frame[]; isUncertain: boolean } {
    const { stack, isUncertain } = this.#walker.look(thread, isStill, this.#memory.forget());
    const frames: Frame[] = [];
    for (let index = 0; index < stack.count; index++) {
      const frame = this.describeFrame(
        stack.frames[index] as number,
        stack.codes[index] as number,
        stack.offsets[index] as number,
      );
      if (frame !== undefined) frames.push(frame);
    }
    return { frames, isUncertain };
  }

  /** Names and line of a frame; `undefined` when its code cannot be read (any more). */
  describeFrame(address: Address, code: Address, offset: number): Frame | undefined {
    const info = this.codes.at(code);
    if (info === undefined) return undefined;
    const { name, qualifiedName, fileName } = info;
    return { address, code, name, qualifiedName, fileName, line: this.codes.line(code, offset), offset };
  }
}

function taskName(pid: number | undefined, task: number | undefined): string | undefined {
  return pid === undefined || task === undefined ? undefined : readTaskName(pid, task);
}
