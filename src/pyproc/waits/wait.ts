// What a blocked thread waits for. `kind` and its facts are for programs and for the wait-for graph, `text` for people.
import type { Address } from '../memory/process-memory.ts';

/** A socket; addresses as `address:port`. The peer of a Unix socket is the process at its other end, as `name (pid)`. */
export interface SocketFacts {
  readonly protocol: string;
  readonly local: string;
  readonly peer: string | undefined;
  /** TCP state in the kernel's words, lower case. */
  readonly state: string | undefined;
  readonly receiveQueue: number;
  readonly sendQueue: number;
}

/** Who is at the other end of a pipe, or has the lock on a file. */
export interface PipeEnd {
  readonly pid: number;
  readonly name: string;
}

export type Wait =
  | { readonly kind: 'gil'; readonly holder: Address }
  | {
      readonly kind: 'lock';
      /** The object in Python's words: Lock, RLock, Condition, Semaphore, Event, Queue.get, Thread.join … */
      readonly what: string;
      /** Where it was found: `self._lock`, `lock_a`; undefined when only its address is known. */
      readonly name: string | undefined;
      readonly object: Address;
      /** pthread id of the thread that has it, when that can be known. */
      readonly owner: number | undefined;
      /** 'object': the lock itself says so; 'frame': a frame of that thread is inside `with` of it. */
      readonly ownerFrom: 'object' | 'frame' | undefined;
    }
  | { readonly kind: 'socket'; readonly operation: string; readonly descriptor: number; readonly socket: SocketFacts }
  | {
      readonly kind: 'pipe';
      readonly operation: string;
      readonly descriptor: number;
      readonly ends: readonly PipeEnd[];
    }
  // `holder`: who has the lock on the file that is waited for, when the kernel tells.
  | { readonly kind: 'file'; readonly operation: string; readonly path: string; readonly holder?: PipeEnd }
  // `isPolled`: it sleeps between two looks at the child, so that when it ran last says nothing.
  | { readonly kind: 'child'; readonly pid: number | undefined; readonly isPolled?: boolean }
  // `isWhole`: the length that was asked for, not what is left of it.
  | { readonly kind: 'sleep'; readonly seconds: number | undefined; readonly isWhole?: boolean }
  | { readonly kind: 'poll'; readonly call: string; readonly descriptors: readonly string[] }
  | { readonly kind: 'disk'; readonly detail: string }
  | { readonly kind: 'fault' }
  | { readonly kind: 'other'; readonly detail: string };

/** Seconds since the thread last ran; `isAtLeast` when only a lower bound is known. */
export interface Waited {
  readonly seconds: number;
  readonly isAtLeast: boolean;
}

export interface WaitReport {
  readonly wait: Wait;
  readonly waited: Waited | undefined;
  readonly text: string;
}
