// A sampled profile: a table of frames and a call tree in columns. A node's parent always has a smaller number, so one
// pass forwards goes from callers to callees and one pass backwards sums up. Node 0 is the root above all stacks.

export interface ProfileFrame {
  readonly name: string;
  /** Empty when unknown. */
  readonly file: string;
  /** 0 when lines are not told apart. */
  readonly line: number;
}

export interface ProfileMeta {
  /** What was sampled: a command line, a file. */
  readonly title: string;
  /** Milliseconds since 1970 when sampling began. */
  readonly startTime: number;
  readonly durationSeconds: number;
  /** Samples asked for per second. */
  readonly rate: number;
  /** Which samples count: all threads, those on a CPU, those with the GIL. */
  readonly mode: 'wall' | 'cpu' | 'gil';
  readonly samples: number;
  readonly lateSamples: number;
  /** Stacks that kept changing while they were read. */
  readonly uncertainSamples: number;
  readonly failedSamples: number;
}

/** What a thread did when a sample was taken. */
export interface SampleState {
  /** It had the GIL; it ran without it; it waited. */
  readonly kind: 'gil' | 'running' | 'waiting';
  /** What it waited for in a word or two, `socket recv`; empty when it did not wait. */
  readonly reason: string;
  /** The OpenTelemetry trace that it worked on, 32 hexadecimal digits; empty when there is none. */
  readonly traceId: string;
}

/** How many samples of each state ended in a node: one row for each pair, in columns. */
export interface StateColumns {
  readonly table: readonly SampleState[];
  readonly nodes: Int32Array;
  /** Places in `table`. */
  readonly states: Int32Array;
  readonly weights: Float64Array;
}

export interface Profile {
  readonly meta: ProfileMeta;
  readonly frames: readonly ProfileFrame[];
  /** Parent of each node; -1 for the root. */
  readonly parents: Int32Array;
  /** Frame of each node; -1 for the root. */
  readonly nodeFrames: Int32Array;
  /** Samples that ended in each node. */
  readonly selfs: Float64Array;
  /** The same samples told apart by state; absent when they carry none. */
  readonly states?: StateColumns;
}

export const emptyMeta: ProfileMeta = {
  title: '',
  startTime: 0,
  durationSeconds: 0,
  rate: 0,
  mode: 'cpu',
  samples: 0,
  lateSamples: 0,
  uncertainSamples: 0,
  failedSamples: 0,
};

/** Samples in each node or below it. */
export function computeTotals({ parents, selfs }: Profile): Float64Array {
  const totals = selfs.slice();
  for (let node = totals.length - 1; node > 0; node--) {
    const parent = parents[node] as number;
    totals[parent] = (totals[parent] as number) + (totals[node] as number);
  }
  return totals;
}

/** Frames of a node from the root down. */
export function stackOf({ parents, nodeFrames }: Profile, node: number): number[] {
  const stack: number[] = [];
  for (let current = node; current > 0; current = parents[current] as number) stack.push(nodeFrames[current] as number);
  return stack.reverse();
}

/** `name (file:line)`, the form that py-spy made usual. */
export function frameLabel({ name, file, line }: ProfileFrame): string {
  if (file === '') return name;
  return line > 0 ? `${name} (${file}:${line})` : `${name} (${file})`;
}
