// V8 collects when memory is asked for. An idle process asks for little: what its start or a load left behind would stay for hours.
// Its own collections behind a collection are turned off where a process begins (bin/launch.js, store-process.ts).
import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { collectGarbage } from './collect-garbage.ts';

/** The start's garbage goes as soon as the start is over, what a load left soon behind its end. */
const START_LOOK_MILLIS = 1000;
const LOOK_MILLIS = 10_000;
/** Not more often than every minute: it takes up to a tenth of a second. */
const LOOKS_BETWEEN = 6;
/** Share of the time since the last look. */
const IDLE_SHARE = 0.1;
const WORTH_BYTES = 8 << 20;

export interface RestParts {
  /** Share of the time since the last call in which the event loop was busy. */
  readonly busyShare: () => number;
  /** What is alive, what is garbage, and the buffers outside of the heap that either of them holds. */
  readonly heldBytes: () => number;
  readonly collect: () => void;
  /** Runs it once; the returned function keeps it from running. */
  readonly later: (millis: number, run: () => void) => () => void;
}

/** Of this process. */
export function realParts(): RestParts {
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    busyShare: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    heldBytes: () => {
      const { total_heap_size: heap, external_memory: outside } = getHeapStatistics();
      return heap + outside;
    },
    collect: collectGarbage,
    later: (millis, run) => {
      const timer = setTimeout(run, millis).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** For a process that has just started: collects whenever it rests and holds more than it did then, until the returned function is called. */
export function collectAtRest({ busyShare, heldBytes, collect, later }: RestParts = realParts()): () => void {
  let kept = 0;
  let looks = LOOKS_BETWEEN;
  const look = (): void => {
    looks++;
    if (busyShare() <= IDLE_SHARE && looks > LOOKS_BETWEEN && heldBytes() >= kept + WORTH_BYTES) {
      collect();
      kept = heldBytes();
      looks = 0;
    }
    stop = later(kept === 0 ? START_LOOK_MILLIS : LOOK_MILLIS, look);
  };
  let stop = later(START_LOOK_MILLIS, look);
  return () => stop();
}
