// What a look into a process tells, ready to be shown: plain data without addresses to follow.
import type { ThreadActivity } from './dump.ts';
import type { WaitReport } from './waits/wait.ts';

export interface LocalReport {
  readonly name: string;
  readonly isArgument: boolean;
  readonly value: string;
}

export interface FrameReport {
  readonly name: string;
  readonly qualifiedName: string;
  readonly fileName: string;
  /** Without the folder of sys.path. */
  readonly shortFileName: string;
  readonly line: number;
  readonly locals?: readonly LocalReport[];
}

export interface ExceptionLink {
  /** How it comes from the one before: `caused by`, `while handling`; empty for the first. */
  readonly relation: string;
  readonly text: string;
}

export interface ThreadReport {
  readonly nativeId: number | undefined;
  readonly pthreadId: number;
  readonly name: string | undefined;
  readonly interpreterId: number;
  /** runnable: it could run, and has no processor. */
  readonly activity: ThreadActivity | 'runnable';
  readonly holdsGil: boolean;
  readonly isUncertain: boolean;
  readonly wait: WaitReport | undefined;
  readonly exceptions: readonly { readonly stage: 'handling' | 'raising'; readonly chain: readonly ExceptionLink[] }[];
  readonly trace: { readonly traceId: string; readonly spanId: string } | undefined;
  /** Innermost first. */
  readonly frames: readonly FrameReport[];
}

export interface TaskReport {
  readonly name: string;
  readonly isRunning: boolean;
  readonly waitsFor: string | undefined;
  /** How many awaiting tasks stand above it. */
  readonly depth: number;
  readonly frames: readonly FrameReport[];
}

/** Greenlets that stand at the same place. */
export interface GreenletReport {
  /** Name of the class. */
  readonly type: string;
  readonly activity: 'unstarted' | 'ended' | 'running' | 'suspended';
  readonly count: number;
  /** Address of one of them. */
  readonly sample: number;
  /** Innermost first; empty unless they are suspended. */
  readonly frames: readonly FrameReport[];
}

export interface LogRecordReport {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly thread: string | undefined;
}

export interface ProcessReport {
  readonly pid: number | undefined;
  readonly parent: number | undefined;
  readonly commandLine: readonly string[];
  readonly executable: string;
  readonly version: string;
  readonly threads: readonly ThreadReport[];
  readonly tasks: readonly TaskReport[];
  /** Most numerous first; empty when the process does not use greenlets. */
  readonly greenlets: readonly GreenletReport[];
  readonly notes: readonly string[];
}
