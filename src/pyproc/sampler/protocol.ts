// What the sampling thread and its owner share. Counters are in shared memory, so that reading them never disturbs a
// sample; the profile is copied out only when it is asked for.
import type { SampleOptions } from './process-sampler.ts';

export interface SamplerRequest {
  readonly pid: number;
  /** Samples per second. */
  readonly rate: number;
  /** Infinity: until stopped. */
  readonly durationSeconds: number;
  readonly subprocesses: boolean;
  readonly options: SampleOptions;
  readonly title: string;
  /** Milliseconds between copies of the unfinished profile; 0 or absent: none. */
  readonly snapshotMs?: number;
  /** Int32: see `counter`. */
  readonly counters: SharedArrayBuffer;
}

/** Places in the shared counters. */
export const counter = {
  /** 1: write what there is and end. */
  stop: 0,
  samples: 1,
  late: 2,
  uncertain: 3,
  failed: 4,
  withGil: 5,
  active: 6,
  looks: 7,
  threads: 8,
  processes: 9,
} as const;

export const COUNTER_COUNT = 16;
