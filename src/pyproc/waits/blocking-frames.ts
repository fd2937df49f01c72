// What a wait on a private lock means: threading and queue build Condition, Event, Semaphore, Queue, join() and futures
// out of plain locks, so the frames of those modules say what the thread really waits for. One line for each.
import type { Dumper, Frame, ThreadDump } from '../dump.ts';
import { readSelf } from '../frames/locals.ts';
import type { Address } from '../memory/process-memory.ts';

interface BlockingFrame {
  /** End of the file name. */
  readonly file: string;
  readonly function: string;
  /** Class of `self`, when several have such a function. */
  readonly type?: string;
  readonly what: string;
}

/** Outermost meaning last: the last entry that matches counts. */
const blockingFrames: readonly BlockingFrame[] = [
  { file: '/threading.py', function: 'wait', type: 'Condition', what: 'Condition.wait' },
  { file: '/threading.py', function: 'wait_for', what: 'Condition.wait_for' },
  { file: '/threading.py', function: 'wait', type: 'Event', what: 'Event.wait' },
  { file: '/threading.py', function: 'wait', type: 'Barrier', what: 'Barrier.wait' },
  { file: '/threading.py', function: '_wait', type: 'Barrier', what: 'Barrier.wait' },
  { file: '/threading.py', function: 'acquire', type: 'Semaphore', what: 'Semaphore' },
  { file: '/threading.py', function: 'acquire', type: 'BoundedSemaphore', what: 'Semaphore' },
  { file: '/threading.py', function: '__enter__', type: 'Semaphore', what: 'Semaphore' },
  { file: '/threading.py', function: '_wait_for_tstate_lock', what: 'Thread.join' },
  { file: '/threading.py', function: 'join', type: 'Thread', what: 'Thread.join' },
  { file: '/threading.py', function: '_shutdown', what: 'Thread.join' },
  { file: '/queue.py', function: 'get', what: 'Queue.get' },
  { file: '/queue.py', function: 'put', what: 'Queue.put' },
  { file: '/queue.py', function: 'join', what: 'Queue.join' },
  { file: '/concurrent/futures/_base.py', function: 'result', what: 'Future.result' },
  { file: '/concurrent/futures/_base.py', function: 'exception', what: 'Future.exception' },
  { file: '/concurrent/futures/_base.py', function: 'wait', what: 'futures.wait' },
  { file: '/concurrent/futures/_base.py', function: 'as_completed', what: 'futures.as_completed' },
  { file: '/concurrent/futures/thread.py', function: '_worker', what: 'work in a thread pool' },
  { file: '/multiprocessing/pool.py', function: 'wait', what: 'pool result' },
  { file: ' importlib._bootstrap>', function: 'acquire', type: '_ModuleLock', what: 'import lock' },
];

export interface BlockingCall {
  readonly what: string;
  /** The object whose method it is; 0 when unknown. */
  readonly object: Address;
  /** Index of the first frame outside of the blocking module. */
  readonly callerIndex: number;
}

/** `self` of a frame, 0 when there is none. */
export function selfOf(dumper: Dumper, frame: Frame): Address {
  const code = dumper.codes.at(frame.code);
  return code === undefined ? 0 : readSelf(dumper.target, frame.address, code);
}

/** The blocking call of the standard library in which the innermost frames are; `undefined` when they are in none. */
export function findBlockingCall(dumper: Dumper, thread: ThreadDump): BlockingCall | undefined {
  let found: BlockingCall | undefined;
  const { objects } = dumper.target;
  for (const [index, frame] of thread.frames.entries()) {
    const candidates = blockingFrames.filter(
      (entry) => entry.function === frame.name && frame.fileName.endsWith(entry.file),
    );
    if (candidates.length === 0) break;
    const self = selfOf(dumper, frame);
    const type = objects.typeOf(self);
    const match = candidates.find((entry) => entry.type === undefined || objects.types.isNamed(type, entry.type));
    if (match === undefined) break;
    found = { what: match.what, object: self, callerIndex: index + 1 };
  }
  return found;
}

/**
 * The child that `Popen.wait(timeout=…)` waits for: it sleeps, and looks again when it wakes. `undefined` for a sleep that is
 * none of its.
 */
export function findPolledChild(dumper: Dumper, thread: ThreadDump): number | undefined {
  const [frame] = thread.frames;
  if (frame?.name !== '_wait' || !frame.fileName.endsWith('/subprocess.py')) return undefined;
  const { objects } = dumper.target;
  const pid = objects.attribute(selfOf(dumper, frame), 'pid');
  const number = pid === undefined ? undefined : objects.integer(pid);
  return number === undefined ? undefined : Number(number);
}
