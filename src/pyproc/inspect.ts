// Turns looks into reports: stacks with short file names, values of variables, what every thread waits for.
import type { CoreThread } from './core/core-notes.ts';
import { Dumper, type Frame, type ProcessDump, type ThreadDump } from './dump.ts';
import { readLocals } from './frames/locals.ts';
import { makeFileNameShortener } from './file-names.ts';
import type { Address } from './memory/process-memory.ts';
import { defaultLimits, renderValue } from './objects/render-value.ts';
import { isSecretName, REDACTED } from './objects/redact.ts';
import { readCommandLine, readProcessStatus } from './procfs/process-status.ts';
import type { PythonTarget } from './python-target.ts';
import { readExceptions } from './exceptions.ts';
import { WaitExplainer } from './waits/explain-waits.ts';
import { orderTasks, readTasks } from './asyncio/read-tasks.ts';
import { findQueued } from './threads/queued-tasks.ts';
import { listInterpreters } from './threads/thread-list.ts';
import { readTraceContext } from './trace-context.ts';
import { LARGE_PROCESS_BYTES, mayUseGreenlets, readGreenlets } from './greenlets/read-greenlets.ts';
import type { FrameReport, GreenletReport, LocalReport, ProcessReport, TaskReport, ThreadReport } from './report.ts';

export interface InspectOptions {
  /** Depth of values to show; `undefined` for no variables at all. */
  readonly localsDepth?: number;
  readonly redacts: boolean;
  /** The target cannot move meanwhile. */
  readonly isStill?: boolean;
  /** Look for greenlets in a large process, too. */
  readonly greenlets?: boolean;
}

/** Inspects one target; may look many times. */
export class Inspector {
  readonly target: PythonTarget;
  readonly dumper: Dumper;
  readonly #pid: number | undefined;
  readonly #shorten: (fileName: string) => string;
  /** Frames without variables, by code and instruction: many threads stand at the same places. For one report. */
  readonly #plain = new Map<Address, Map<number, FrameReport>>();

  /** `pid` is `undefined` for a core. */
  constructor(target: PythonTarget, pid: number | undefined, coreThreads: readonly CoreThread[] = []) {
    this.target = target;
    this.#pid = pid;
    this.dumper = new Dumper(target, pid, coreThreads);
    this.#shorten = makeFileNameShortener(target);
  }

  /** One look at everything. */
  inspect(options: InspectOptions): ProcessReport {
    const dump = this.dumper.look(options.isStill);
    return this.report(dump, options);
  }

  /** The report of a look that was taken before. */
  report(dump: ProcessDump, options: InspectOptions): ProcessReport {
    const pid = this.#pid;
    // Code that was freed since may have left its address to other code.
    this.#plain.clear();
    const waits = new WaitExplainer(this.dumper, dump, pid, options.isStill === true);
    const running = dump.threads.filter(({ activity }) => activity === 'running').map(({ nativeId }) => nativeId ?? 0);
    const queued = pid === undefined || options.isStill === true ? new Set<number>() : findQueued(pid, running);
    return {
      pid,
      parent: pid === undefined ? undefined : readProcessStatus(pid)?.parent,
      commandLine: pid === undefined ? [] : readCommandLine(pid),
      executable: this.target.image.executable,
      version: this.target.version,
      threads: dump.threads.map((thread) => {
        const report = this.#reportThread(thread, options, waits);
        return queued.has(thread.nativeId ?? 0) ? { ...report, activity: 'runnable' } : report;
      }),
      tasks: this.#reportTasks(options),
      ...this.#reportGreenlets(options),
    };
  }

  #reportThread(thread: ThreadDump, options: InspectOptions, waits: WaitExplainer): ThreadReport {
    return {
      nativeId: thread.nativeId,
      pthreadId: thread.pthreadId,
      name: thread.name,
      interpreterId: thread.interpreterId,
      activity: thread.activity,
      holdsGil: thread.holdsGil,
      isUncertain: thread.isUncertain,
      wait: waits.explain(thread),
      exceptions: readExceptions(this.target, thread.address),
      trace: readTraceContext(this.target, thread.address),
      frames: thread.frames.map((frame) => this.reportFrame(frame, options)),
    };
  }

  #reportGreenlets(options: InspectOptions): { greenlets: GreenletReport[]; notes: string[] } {
    const resident = this.#pid === undefined ? 0 : (readProcessStatus(this.#pid)?.residentBytes ?? 0);
    if (resident > LARGE_PROCESS_BYTES && options.greenlets !== true && mayUseGreenlets(this.dumper)) {
      const size = `${(resident / 2 ** 30).toFixed(1)} GiB`;
      const note = `the greenlet package is loaded; in a process of ${size} greenlets are looked for only with --greenlets`;
      return { greenlets: [], notes: [note] };
    }
    const found = readGreenlets(this.dumper);
    if (found === undefined) return { greenlets: [], notes: [] };
    const groups = Map.groupBy(
      found.list,
      ({ type, activity, frames }) =>
        `${type} ${activity} ${frames.map(({ code, offset }) => `${code}:${offset}`).join(' ')}`,
    );
    const greenlets = [...groups.values()].flatMap((group): GreenletReport[] => {
      const [first] = group;
      if (first === undefined) return [];
      const { type, activity, address } = first;
      const frames = first.frames.map((frame) => this.reportFrame(frame, options));
      return [{ type, activity, count: group.length, sample: address, frames }];
    });
    const note = `${found.unreadable} greenlets cannot be read: the greenlet package has other structs than expected`;
    return {
      greenlets: greenlets.toSorted((a, b) => b.count - a.count),
      notes: found.unreadable === 0 ? [] : [note],
    };
  }

  #reportTasks(options: InspectOptions): TaskReport[] {
    const tasks = listInterpreters(this.target).flatMap(({ address }) => readTasks(this.dumper, address));
    return orderTasks(tasks).map(({ task, depth }) => ({
      name: task.name,
      isRunning: task.isRunning,
      waitsFor: task.waitsFor,
      depth,
      frames: task.frames.map((frame) => this.reportFrame(frame, options)),
    }));
  }

  /** One frame, with its variables when they are asked for. */
  reportFrame(frame: Frame, options: InspectOptions): FrameReport {
    let ofCode = this.#plain.get(frame.code);
    if (ofCode === undefined) this.#plain.set(frame.code, (ofCode = new Map<number, FrameReport>()));
    let plain = ofCode.get(frame.offset);
    if (plain === undefined) {
      const { name, qualifiedName, fileName, line } = frame;
      plain = { name, qualifiedName, fileName, shortFileName: this.#shorten(fileName), line };
      ofCode.set(frame.offset, plain);
    }
    return options.localsDepth === undefined ? plain : { ...plain, locals: this.#locals(frame, options) };
  }

  #locals(frame: Frame, options: InspectOptions): LocalReport[] {
    const code = this.dumper.codes.at(frame.code);
    if (code === undefined) return [];
    const limits = { ...defaultLimits, depth: options.localsDepth ?? 0, redacts: options.redacts };
    return readLocals(this.target, frame.address, code).map(({ name, isArgument, value, inlineInteger }) => {
      if (options.redacts && isSecretName(name)) return { name, isArgument, value: REDACTED };
      const text = inlineInteger?.toString() ?? renderValue(this.target.objects, value, limits);
      return { name, isArgument, value: text };
    });
  }
}
