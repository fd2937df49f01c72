// Samples the stacks of one process. What cannot have moved is not read again: a thread that was blocked and has not run
// since keeps its stack, and a thread that does not hold the GIL is walked once instead of twice.
import { attach, type LiveTarget } from '../attach.ts';
import type { AttachError } from '../attach-error.ts';
import { makeFileNameShortener } from '../file-names.ts';
import { CodeTable } from '../frames/code-table.ts';
import { StackWalker, type WalkedStack } from '../frames/stack-walker.ts';
import type { Address } from '../memory/process-memory.ts';
import type { ProfileBuilder } from '../../profile/profile-builder.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { gilAddress, readGil } from '../threads/gil.ts';
import { NativeIds, readTaskIds } from '../threads/native-ids.ts';
import { listThreads } from '../threads/thread-list.ts';
import { readThreadNames } from '../threads/thread-names.ts';
import { TaskWatch } from './task-watch.ts';

export interface SampleOptions {
  /** Which threads count: all of them, those on a CPU, the one with the GIL. */
  readonly mode: 'wall' | 'cpu' | 'gil';
  readonly threads: boolean;
  /** Told apart by function only. */
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

interface WatchedThread {
  readonly address: Address;
  readonly watch: TaskWatch | undefined;
  readonly rootNode: number;
  /** Node of the last stack; -1 before the first. */
  node: number;
  /** The last stack, root first, as pairs of frame and code address. */
  last: Float64Array;
  lastCount: number;
  isUncertain: boolean;
}

/** Threads are listed again after this many looks even when the newest is still the same. */
const LOOKS_BETWEEN_LISTS = 20;
const LINE_LIMIT = 2 ** 22;

export class ProcessSampler {
  readonly pid: number;
  readonly #target: LiveTarget;
  readonly #options: SampleOptions;
  readonly #builder: ProfileBuilder;
  readonly #codes: CodeTable;
  readonly #walker: StackWalker;
  readonly #shorten: (fileName: string) => string;
  readonly #gil: Address;
  readonly #interpreter: Address;
  readonly #root: number;
  readonly #frames = new Map<number, number>();
  #threads: WatchedThread[] = [];
  #newest: Address = 0;
  #looksSinceList = 0;

  private constructor(target: LiveTarget, builder: ProfileBuilder, options: SampleOptions, root: number) {
    this.pid = target.pid;
    this.#target = target;
    this.#builder = builder;
    this.#options = options;
    this.#root = root;
    this.#codes = new CodeTable(target.layout, target.reader, target.objects);
    this.#walker = new StackWalker(target.image.memory, target.layout, this.#codes);
    this.#shorten = options.fullPaths ? (name): string => name : makeFileNameShortener(target);
    this.#interpreter = target.facts.firstInterpreter;
    this.#walker.interpreter = this.#interpreter;
    this.#gil = gilAddress(target, this.#interpreter);
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
    const { reader, layout } = this.#target;
    const newest = reader.pointer(this.#interpreter + layout.interpreter.threadsHead);
    if (newest === 0) return false;
    if (newest !== this.#newest || ++this.#looksSinceList >= LOOKS_BETWEEN_LISTS) this.#listThreads(newest);
    this.#codes.beginLook();
    const gil = readGil(this.#target, this.#gil);
    let isActive = false;
    for (const thread of this.#threads) {
      const holdsGil = gil !== undefined && gil.holder === thread.address;
      if (this.#options.mode === 'gil' && !holdsGil) continue;
      const stoodStill = !holdsGil && thread.watch?.stoodStill() === true;
      const isRunning = holdsGil || (!stoodStill && (thread.watch?.isRunning() ?? true));
      isActive ||= isRunning;
      if (!isRunning && this.#options.mode === 'cpu') {
        if (!stoodStill) thread.node = -1;
        continue;
      }
      if (!stoodStill || thread.node < 0) this.#walk(thread, gil?.switches, gil?.lastHolder === thread.address, counts);
      if (thread.node < 0) continue;
      this.#builder.add(thread.node, 1);
      counts.samples++;
      if (thread.isUncertain) counts.uncertain++;
    }
    counts.looks++;
    if (gil?.holder !== undefined && gil.holder !== 0) counts.withGil++;
    if (isActive) counts.active++;
    return true;
  }

  /** Looks at the first thread only and gives its stack's node; `undefined` when there is none. */
  sampleStack(counts: SampleCounts): number | undefined {
    this.sample(counts);
    const node = this.#threads[0]?.node ?? -1;
    return node < 0 ? undefined : node;
  }

  #walk(thread: WatchedThread, switches: number | undefined, isLastHolder: boolean, counts: SampleCounts): void {
    let look = isLastHolder ? this.#walker.look(thread.address) : this.#walker.look(thread.address, true);
    if (!isLastHolder && (look.isUncertain || readGil(this.#target, this.#gil)?.switches !== switches)) {
      look = this.#walker.look(thread.address);
    }
    const { stack } = look;
    if (stack.count === 0) {
      thread.node = -1;
      if (look.isUncertain) counts.failed++;
      return;
    }
    thread.isUncertain = look.isUncertain;
    thread.node = this.#nodeOf(thread, stack);
  }

  // Frames that were on the last stack too, with the same callers, keep their code alive, so only new ones are checked.
  #nodeOf(thread: WatchedThread, stack: WalkedStack): number {
    const { count } = stack;
    let node = thread.rootNode;
    let isSame = true;
    if (thread.last.length < count * 2) {
      const grown = new Float64Array(Math.max(64, count * 4));
      grown.set(thread.last);
      thread.last = grown;
    }
    for (let position = 0; position < count; position++) {
      const index = count - 1 - position;
      const frame = stack.frames[index] as number;
      const code = stack.codes[index] as number;
      isSame &&=
        position < thread.lastCount && thread.last[position * 2] === frame && thread.last[position * 2 + 1] === code;
      thread.last[position * 2] = frame;
      thread.last[position * 2 + 1] = code;
      const number = this.#frameOf(code, stack.offsets[index] as number, isSame);
      if (number >= 0) node = this.#builder.child(node, number);
    }
    thread.lastCount = count;
    return node;
  }

  #frameOf(code: Address, offset: number, isTrusted: boolean): number {
    const info = isTrusted ? this.#codes.known(code) : this.#codes.at(code);
    if (info === undefined) return -1;
    const { functions, noLines } = this.#options;
    let line = 0;
    if (functions) line = info.firstLine;
    else if (!noLines) line = this.#codes.knownLine(code, offset);
    const key = info.index * LINE_LIMIT + line;
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      const file = this.#shorten(info.fileName);
      frame = this.#builder.frame({ name: info.qualifiedName, file, line: functions ? 0 : line });
      this.#frames.set(key, frame);
    }
    return frame;
  }

  #listThreads(newest: Address): void {
    this.#newest = newest;
    this.#looksSinceList = 0;
    const known = new Map(this.#threads.map((thread) => [thread.address, thread]));
    const listed = listThreads(this.#target).filter((thread) => thread.interpreter === this.#interpreter);
    const isNew = listed.some((thread) => !known.has(thread.address));
    const ids = isNew ? new NativeIds(this.#target.reader, readTaskIds(this.pid)) : undefined;
    if (isNew) this.#target.refresh();
    const names = isNew && this.#options.threads ? readThreadNames(this.#target, this.#interpreter) : undefined;
    this.#threads = listed.map((thread): WatchedThread => {
      const old = known.get(thread.address);
      if (old !== undefined) {
        known.delete(thread.address);
        return old;
      }
      const task = ids?.of(thread);
      const title = `thread ${names?.get(thread.pthreadId)?.name ?? '?'} (${task ?? thread.pthreadId})`;
      const name = this.#options.threads ? this.#builder.frame({ name: title, file: '', line: 0 }) : undefined;
      return {
        address: thread.address,
        watch: task === undefined ? undefined : new TaskWatch(this.pid, task),
        rootNode: name === undefined ? this.#root : this.#builder.child(this.#root, name),
        node: -1,
        last: new Float64Array(0),
        lastCount: 0,
        isUncertain: false,
      };
    });
    for (const gone of known.values()) gone.watch?.close();
  }

  close(): void {
    for (const thread of this.#threads) thread.watch?.close();
    this.#threads = [];
    this.#target.close();
  }
}
