// Samples the stacks of one process. What cannot have moved is not read again: a thread that was blocked and has not run
// since keeps its stack, and a thread that does not hold the GIL is walked once instead of twice.
import { attach, type LiveTarget } from '../attach.ts';
import type { AttachError } from '../attach-error.ts';
import { makeFileNameShortener } from '../file-names.ts';
import { CodeTable } from '../frames/code-table.ts';
import { StackMemory, StackWalker, type StackLook } from '../frames/stack-walker.ts';
import type { Address } from '../memory/process-memory.ts';
import type { ProfileBuilder } from '../../profile/profile-builder.ts';
import type { SampleState } from '../../profile/profile.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { gilAddress, readGil, type GilState } from '../threads/gil.ts';
import { NativeIds, readTaskIds } from '../threads/native-ids.ts';
import { listInterpreters, listThreads, type PythonThread } from '../threads/thread-list.ts';
import { readThreadNames, type NamedThread } from '../threads/thread-names.ts';
import { TaskWatch } from './task-watch.ts';
import { TraceIds } from './trace-ids.ts';
import { readWaitReason } from './wait-reason.ts';

export interface SampleOptions {
  /** Which threads count: all of them, those on a CPU, the one with the GIL. */
  readonly mode: 'wall' | 'cpu' | 'gil';
  readonly threads: boolean;
  /** Told apart by function: the line is that of its definition. */
  readonly functions: boolean;
  readonly noLines: boolean;
  readonly fullPaths: boolean;
}

export interface SampleCounts {
  samples: number;
  uncertain: number;
  failed: number;
  /** Looks in which some thread had the GIL, and in which some thread was on a CPU. */
  withGil: number;
  active: number;
  looks: number;
}

interface WatchedInterpreter {
  readonly address: Address;
  readonly gilAddress: Address;
  /** Its newest thread when threads were last listed. */
  newest: Address;
  gil: GilState | undefined;
}

interface WatchedThread {
  readonly address: Address;
  readonly interpreter: WatchedInterpreter;
  readonly watch: TaskWatch | undefined;
  readonly rootNode: number;
  /** Node of the last stack; -1 before the first. */
  node: number;
  /** The node of each frame of the last sure stack, root first. */
  readonly nodes: number[];
  /** The look at which the code of all its frames was last checked. */
  checkedAt: number;
  isUncertain: boolean;
  readonly memory: StackMemory;
  /** What it waited for since it last ran, and its trace. */
  kind: SampleState['kind'];
  reason: string;
  traceId: string;
  /** These three as a number of the builder; -1 before the first sample. */
  state: number;
}

/** Threads are listed again after this many looks even when the newest is still the same. */
const LOOKS_BETWEEN_LISTS = 20;
/** The code of all frames of a stack is checked again after this many looks, that of so many innermost ones always. */
const LOOKS_BETWEEN_CHECKS = 32;
const ALWAYS_CHECKED = 2;
/** Walks until nothing new is decoded. */
const MAX_ROUNDS = 4;
const LINE_LIMIT = 2 ** 22;

export class ProcessSampler {
  readonly pid: number;
  readonly #target: LiveTarget;
  readonly #options: SampleOptions;
  readonly #builder: ProfileBuilder;
  readonly #codes: CodeTable;
  readonly #walker: StackWalker;
  readonly #shorten: (fileName: string) => string;
  readonly #traces: TraceIds;
  readonly #root: number;
  readonly #frames = new Map<number, number>();
  #threads: WatchedThread[] = [];
  #interpreters: WatchedInterpreter[] = [];
  #looksSinceList = 0;
  #look = 0;

  private constructor(target: LiveTarget, builder: ProfileBuilder, options: SampleOptions, root: number) {
    this.pid = target.pid;
    this.#target = target;
    this.#builder = builder;
    this.#options = options;
    this.#root = root;
    this.#codes = new CodeTable(target.layout, target.reader, target.objects);
    this.#walker = new StackWalker(target.image.memory, target.layout, this.#codes);
    this.#shorten = options.fullPaths ? (name): string => name : makeFileNameShortener(target);
    this.#traces = new TraceIds(target);
  }

  /** Attaches to `pid`. Stacks go below the node `root` of the builder. */
  static open(
    pid: number,
    builder: ProfileBuilder,
    options: SampleOptions,
    root = 0,
  ): Result<ProcessSampler, AttachError> {
    const target = attach(pid);
    return target.ok ? ok(new ProcessSampler(target.value, builder, options, root)) : err(target.error);
  }

  get threadCount(): number {
    return this.#threads.length;
  }

  /** Looks once at every thread and adds what counts to the profile; false when the process is gone. */
  sample(counts: SampleCounts): boolean {
    if (!this.#refreshThreads()) return false;
    this.#codes.beginLook();
    this.#look++;
    let hasGil = false;
    for (const interpreter of this.#interpreters) {
      interpreter.gil = readGil(this.#target, interpreter.gilAddress);
      hasGil ||= (interpreter.gil?.holder ?? 0) !== 0;
    }
    let isActive = false;
    for (const thread of this.#threads) isActive = this.#sampleThread(thread, counts) || isActive;
    counts.looks++;
    if (hasGil) counts.withGil++;
    if (isActive) counts.active++;
    return true;
  }

  /** Whether the thread is running. */
  #sampleThread(thread: WatchedThread, counts: SampleCounts): boolean {
    const { mode } = this.#options;
    const { gil } = thread.interpreter;
    const holdsGil = gil !== undefined && gil.holder === thread.address;
    if (mode === 'gil' && !holdsGil) return false;
    const stoodStill = !holdsGil && thread.watch?.stoodStill() === true;
    const isRunning = holdsGil || (!stoodStill && (thread.watch?.isRunning() ?? true));
    if (!isRunning && mode === 'cpu') {
      if (!stoodStill) thread.node = -1;
      return false;
    }
    if (!stoodStill || thread.node < 0) this.#walk(thread, gil?.lastHolder === thread.address, counts);
    if (thread.node < 0) return isRunning;
    let kind: SampleState['kind'] = isRunning ? 'running' : 'waiting';
    if (holdsGil) kind = 'gil';
    if (!stoodStill || thread.state < 0) this.#readState(thread, kind);
    this.#builder.add(thread.node, 1, thread.state);
    counts.samples++;
    if (thread.isUncertain) counts.uncertain++;
    return isRunning;
  }

  #readState(thread: WatchedThread, kind: SampleState['kind']): void {
    const { reader, layout } = this.#target;
    const { watch, interpreter } = thread;
    const scope = { pid: this.pid, reader, gil: interpreter.gilAddress, gilSize: layout.gil.size };
    const reason = kind === 'waiting' ? readWaitReason(watch?.blockedIn ?? '', scope) : '';
    const traceId = this.#traces.of(thread.address, interpreter.address);
    const isSame = kind === thread.kind && reason === thread.reason && traceId === thread.traceId;
    if (isSame && thread.state >= 0) return;
    Object.assign(thread, { kind, reason, traceId });
    thread.state = this.#builder.state({ kind, reason, traceId });
  }

  /** Looks at the first thread only and gives its stack's node; `undefined` when there is none. */
  sampleStack(counts: SampleCounts): number | undefined {
    this.sample(counts);
    const node = this.#threads[0]?.node ?? -1;
    return node < 0 ? undefined : node;
  }

  // What was decoded just now may have been freed since its frame was seen, so it counts when a further walk still finds
  // it there.
  #walk(thread: WatchedThread, isLastHolder: boolean, counts: SampleCounts): void {
    for (let round = 1; ; round++) {
      const decoded = this.#codes.decoded;
      this.#walkOnce(thread, isLastHolder, counts);
      if (this.#codes.decoded === decoded || thread.node < 0) return;
      if (round === MAX_ROUNDS) {
        thread.isUncertain = true;
        return;
      }
      this.#codes.beginLook();
    }
  }

  #walkOnce(thread: WatchedThread, isLastHolder: boolean, counts: SampleCounts): void {
    const { address, memory, interpreter } = thread;
    this.#walker.interpreter = interpreter.address;
    let look = this.#walker.look(address, !isLastHolder, memory);
    // Without the GIL a thread cannot move its stack, so one walk was enough if nobody has taken it meanwhile.
    const switches = isLastHolder ? undefined : readGil(this.#target, interpreter.gilAddress)?.switches;
    if (!isLastHolder && (look.isUncertain || switches !== interpreter.gil?.switches)) {
      look = { ...this.#walker.look(address, false, memory), known: 0 };
    }
    if (!look.stack.isComplete || look.stack.count === 0) {
      thread.node = -1;
      if (look.isUncertain) counts.failed++;
      return;
    }
    thread.isUncertain = look.isUncertain;
    thread.node = this.#nodeOf(thread, look);
  }

  // The nodes of frames that stand where they stood are known. A code object that was freed may have left its address to
  // another, so the code of what is new, or near the top, is checked again, and that of all frames now and then.
  #nodeOf(thread: WatchedThread, { stack, known, isUncertain }: StackLook): number {
    const { count } = stack;
    let position = Math.max(0, Math.min(known - 1, count - ALWAYS_CHECKED));
    if (this.#look - thread.checkedAt >= LOOKS_BETWEEN_CHECKS) {
      thread.checkedAt = this.#look;
      position = 0;
    }
    let node = position === 0 ? thread.rootNode : (thread.nodes[position - 1] as number);
    for (; position < count; position++) {
      const index = count - 1 - position;
      const number = this.#frameOf(stack.codes[index] as number, stack.offsets[index] as number);
      if (number >= 0) node = this.#builder.child(node, number);
      if (!isUncertain) thread.nodes[position] = node;
    }
    return node;
  }

  #frameOf(code: Address, offset: number): number {
    const info = this.#codes.at(code);
    if (info === undefined) return -1;
    const { functions, noLines } = this.#options;
    let line = 0;
    if (!noLines) line = functions ? info.firstLine : this.#codes.knownLine(code, offset);
    const key = info.index * LINE_LIMIT + line;
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      const file = this.#shorten(info.fileName);
      frame = this.#builder.frame({ name: info.qualifiedName, file, line });
      this.#frames.set(key, frame);
    }
    return frame;
  }

  /** Lists threads again when there is a new one, and now and then; false when the process is gone. */
  #refreshThreads(): boolean {
    const { reader, layout } = this.#target;
    let isDue = this.#interpreters.length === 0 || ++this.#looksSinceList >= LOOKS_BETWEEN_LISTS;
    for (const interpreter of this.#interpreters) {
      isDue ||= reader.pointer(interpreter.address + layout.interpreter.threadsHead) !== interpreter.newest;
    }
    if (isDue) this.#listThreads();
    return this.#interpreters.length > 0;
  }

  #listThreads(): void {
    const target = this.#target;
    this.#looksSinceList = 0;
    const watched = new Map(this.#interpreters.map((interpreter) => [interpreter.address, interpreter]));
    this.#interpreters = listInterpreters(target).map(
      ({ address }) =>
        watched.get(address) ?? { address, gilAddress: gilAddress(target, address), newest: 0, gil: undefined },
    );
    const byAddress = new Map(this.#interpreters.map((interpreter) => [interpreter.address, interpreter]));
    const known = new Map(this.#threads.map((thread) => [thread.address, thread]));
    const listed = listThreads(target);
    const isNew = listed.some((thread) => !known.has(thread.address));
    const ids = isNew ? new NativeIds(target.reader, readTaskIds(this.pid)) : undefined;
    if (isNew) target.refresh();
    const names = new Map<Address, Map<number, NamedThread>>();
    const threads: WatchedThread[] = [];
    for (const thread of listed) {
      const interpreter = byAddress.get(thread.interpreter);
      if (interpreter === undefined) continue;
      // The list is oldest first.
      interpreter.newest = thread.address;
      threads.push(known.get(thread.address) ?? this.#watch(thread, interpreter, ids?.of(thread), names));
      known.delete(thread.address);
    }
    this.#threads = threads;
    for (const gone of known.values()) gone.watch?.close();
  }

  #watch(
    thread: PythonThread,
    interpreter: WatchedInterpreter,
    task: number | undefined,
    names: Map<Address, Map<number, NamedThread>>,
  ): WatchedThread {
    return {
      address: thread.address,
      interpreter,
      watch: task === undefined ? undefined : new TaskWatch(this.pid, task),
      rootNode: this.#options.threads ? this.#threadNode(thread, task, names) : this.#root,
      node: -1,
      nodes: [],
      checkedAt: 0,
      isUncertain: false,
      memory: new StackMemory(),
      kind: 'running',
      reason: '',
      traceId: '',
      state: -1,
    };
  }

  #threadNode(thread: PythonThread, task: number | undefined, names: Map<Address, Map<number, NamedThread>>): number {
    let known = names.get(thread.interpreter);
    if (known === undefined) names.set(thread.interpreter, (known = readThreadNames(this.#target, thread.interpreter)));
    const name = known.get(thread.pthreadId)?.name ?? (task === this.pid ? 'MainThread' : '?');
    const title = `thread ${name} (${task ?? thread.pthreadId})`;
    return this.#builder.child(this.#root, this.#builder.frame({ name: title, file: '', line: 0 }));
  }

  close(): void {
    for (const thread of this.#threads) thread.watch?.close();
    this.#threads = [];
    this.#target.close();
  }
}
