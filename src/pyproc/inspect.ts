// Turns looks into reports: stacks with short file names, values of variables, what every thread waits for.
import type { CoreThread } from './core/core-notes.ts';
import { Dumper, type Frame, type ProcessDump, type ThreadDump } from './dump.ts';
import { readLocals } from './frames/locals.ts';
import { makeFileNameShortener } from './file-names.ts';
import { defaultLimits, renderValue } from './objects/render-value.ts';
import { isSecretName, REDACTED } from './objects/redact.ts';
import { readCommandLine, readProcessStatus } from './procfs/process-status.ts';
import type { PythonTarget } from './python-target.ts';
import { readExceptions } from './exceptions.ts';
import { WaitExplainer } from './waits/explain-waits.ts';
import { orderTasks, readTasks } from './asyncio/read-tasks.ts';
import { readTraceContext } from './trace-context.ts';
import type { FrameReport, LocalReport, ProcessReport, TaskReport, ThreadReport } from './report.ts';

export interface InspectOptions {
  /** Depth of values to show; `undefined` for no variables at all. */
  readonly localsDepth?: number;
  readonly redacts: boolean;
  /** The target cannot move meanwhile. */
  readonly isStill?: boolean;
}

/** Inspects one target; may look many times. */
export class Inspector {
  readonly target: PythonTarget;
  readonly dumper: Dumper;
  readonly #pid: number | undefined;
  readonly #shorten: (fileName: string) => string;

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
    const waits = new WaitExplainer(this.dumper, dump, pid);
    return {
      pid,
      parent: pid === undefined ? undefined : readProcessStatus(pid)?.parent,
      commandLine: pid === undefined ? [] : readCommandLine(pid),
      executable: this.target.image.executable,
      version: this.target.version,
      threads: dump.threads.map((thread) => this.#reportThread(thread, options, waits)),
      tasks: this.#reportTasks(options),
      notes: [],
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

  #reportTasks(options: InspectOptions): TaskReport[] {
    const tasks = readTasks(this.dumper, this.target.facts.firstInterpreter);
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
    const { name, qualifiedName, fileName, line } = frame;
    const plain = { name, qualifiedName, fileName, shortFileName: this.#shorten(fileName), line };
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
