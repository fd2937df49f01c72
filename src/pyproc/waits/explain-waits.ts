// Says for every blocked thread of a look what it waits for: the kernel's word (system call, its arguments) joined with
// the interpreter's (which lock, whose GIL, which call of the standard library).
import type { Dumper, Frame, ProcessDump, ThreadDump } from '../dump.ts';
import type { Address } from '../memory/process-memory.ts';
import { findBlockingCall, findPolledChild, type BlockingCall } from './blocking-frames.ts';
import { Descriptors } from './descriptors.ts';
import { LockHolders } from './lock-holders.ts';
import { findLock, findName, findParkedAt, lockOwner, type FoundLock } from './lock-search.ts';
import { explainSyscall } from './syscall-waits.ts';
import type { Wait, WaitReport } from './wait.ts';
import { formatWait } from './wait-text.ts';
import { SchedulerClock } from './waited.ts';

const SYSCALL_FUTEX = 202;
const PAGE_FAULT = -1;
/** From this version on locks are single bytes, or are getting there, and who waits for one is parked elsewhere. */
const FIRST_WITH_PARKING = 13;
const UNKNOWN_LOCK: Wait = {
  kind: 'lock',
  what: 'a lock of native code',
  name: undefined,
  object: 0,
  owner: undefined,
  ownerFrom: undefined,
};

/** How a thread is called in sentences. */
export function threadTitle(thread: ThreadDump): string {
  const name = thread.name === undefined ? '' : ` "${thread.name}"`;
  return `thread${name} (${thread.nativeId ?? `0x${thread.pthreadId.toString(16)}`})`;
}

/** Explains the threads of one look. */
export class WaitExplainer {
  readonly #dumper: Dumper;
  readonly #dump: ProcessDump;
  readonly #pid: number | undefined;
  readonly #descriptors: Descriptors | undefined;
  readonly #names = new Map<Address, string>();
  readonly #locks = new Map<Address, FoundLock>();
  readonly #clock: SchedulerClock | undefined;
  readonly holders: LockHolders;

  /** `isPaused`: we have stopped the process ourselves, and its threads ran for that. */
  constructor(dumper: Dumper, dump: ProcessDump, pid: number | undefined, isPaused = false) {
    this.#dumper = dumper;
    this.#dump = dump;
    this.#pid = pid;
    this.#descriptors = pid === undefined ? undefined : new Descriptors(pid);
    this.#clock = pid === undefined || isPaused ? undefined : new SchedulerClock();
    this.holders = new LockHolders(dumper, dump);
  }

  /** `undefined` for a thread that runs, or whose state is not shown to us. */
  explain(thread: ThreadDump): WaitReport | undefined {
    const { syscall, nativeId } = thread;
    if (nativeId === undefined || syscall === undefined || syscall === 'running') return undefined;
    if (thread.activity === 'running' && syscall.number === PAGE_FAULT) return undefined;
    const wait = this.#explain(thread, syscall.number, syscall.arguments.map(Number), nativeId);
    if (wait === undefined) return undefined;
    // A signal that stops a thread makes it run once more.
    // Who looks again and again has run a moment ago, however long it has waited.
    const isPolling = wait.kind === 'child' && wait.isPolled === true;
    const isUntold = this.#pid === undefined || thread.activity === 'stopped' || isPolling;
    const waited = isUntold ? undefined : this.#clock?.sinceLastRun(this.#pid, nativeId);
    return { wait, waited, text: formatWait(wait, waited, this.#ownerTitle(wait)) };
  }

  #ownerTitle(wait: Wait): string | undefined {
    if (wait.kind === 'gil') {
      const holder = this.#dump.threads.find((thread) => thread.address === wait.holder);
      return holder === undefined ? undefined : threadTitle(holder);
    }
    if (wait.kind !== 'lock' || wait.owner === undefined) return undefined;
    const owner = this.#dump.threads.find((thread) => thread.pthreadId === wait.owner);
    return owner === undefined ? `a thread that is gone (0x${wait.owner.toString(16)})` : threadTitle(owner);
  }

  #explain(thread: ThreadDump, number: number, args: readonly number[], task: number): Wait | undefined {
    if (number === PAGE_FAULT) return { kind: 'fault' };
    if (number === SYSCALL_FUTEX) return this.#explainFutex(thread, args[0] ?? 0);
    // Descriptors are not in a core, so there only locks can be told.
    if (this.#pid === undefined || this.#descriptors === undefined) return undefined;
    const scope = {
      pid: this.#pid,
      task,
      reader: this.#dumper.target.reader,
      descriptors: this.#descriptors,
      arguments: args,
      now: process.hrtime.bigint(),
    };
    const wait = explainSyscall(number, scope);
    const child = wait.kind === 'sleep' ? findPolledChild(this.#dumper, thread) : undefined;
    if (child !== undefined) return { kind: 'child', pid: child, isPolled: true };
    if (thread.activity !== 'disk' || wait.kind === 'disk') return wait;
    return { kind: 'disk', detail: formatWait(wait, undefined, undefined) };
  }

  #explainFutex(thread: ThreadDump, futex: Address): Wait {
    for (const gil of this.#dump.gils.values()) {
      const size = this.#dumper.target.layout.gil.size;
      if (futex >= gil.address && futex < gil.address + size) return { kind: 'gil', holder: gil.lastHolder };
    }
    const call = findBlockingCall(this.#dumper, thread);
    if (call !== undefined) return this.#blockingCallWait(thread, call);
    const found = this.#lockAt(futex, thread);
    if (found !== undefined) return this.#lockWait(found);
    const [frame] = thread.frames;
    const isParked = frame !== undefined && this.#dumper.target.layout.minor >= FIRST_WITH_PARKING;
    const parkedAt = isParked ? findParkedAt(this.#dumper, frame) : undefined;
    if (parkedAt === undefined) return UNKNOWN_LOCK;
    return this.#lockWait({ ...parkedAt, name: this.#nameOf(thread.frames, parkedAt.object) });
  }

  // The first thread that leads to a lock finds it for all.
  #lockAt(futex: Address, thread: ThreadDump): FoundLock | undefined {
    let found = this.#locks.get(futex);
    if (found === undefined) {
      found = findLock(this.#dumper, thread.frames, futex);
      if (found !== undefined) this.#locks.set(futex, found);
    }
    return found;
  }

  #lockWait({ what, name, object }: FoundLock): Wait {
    const holder = this.holders.of(object);
    // An RLock also remembers a thread that has ended.
    const owner = holder?.thread.pthreadId ?? lockOwner(this.#dumper, object);
    return { kind: 'lock', what, name, object, owner, ownerFrom: holder?.from };
  }

  #blockingCallWait(thread: ThreadDump, call: BlockingCall): Wait {
    const callers = thread.frames.slice(call.callerIndex);
    const isJoin = call.what === 'Thread.join' && call.object !== 0;
    const joined = isJoin ? this.#dump.threads.find((candidate) => candidate.object === call.object) : undefined;
    if (call.what === 'import lock') return this.#importWait(call.object);
    const name = call.object === 0 ? undefined : this.#nameOf(callers, call.object);
    return {
      kind: 'lock',
      what: call.what,
      name,
      object: call.object,
      owner: joined?.pthreadId,
      ownerFrom: joined === undefined ? undefined : 'object',
    };
  }

  // The lock of a module remembers its name and the thread that imports it.
  #importWait(object: Address): Wait {
    const { objects } = this.#dumper.target;
    const [name, owner] = ['name', 'owner'].map((attribute) => objects.attribute(object, attribute));
    const thread = owner === undefined || objects.isNone(owner) ? undefined : objects.integer(owner);
    return {
      kind: 'lock',
      what: 'import lock',
      name: name === undefined ? undefined : objects.text(name),
      object,
      owner: thread === undefined ? undefined : Number(thread),
      ownerFrom: thread === undefined ? undefined : 'object',
    };
  }

  // Many threads wait for the same object; the first that can name it names it for all.
  #nameOf(frames: readonly Frame[], object: Address): string | undefined {
    let name = this.#names.get(object);
    if (name === undefined) {
      name = findName(this.#dumper, frames, object);
      if (name !== undefined) this.#names.set(object, name);
    }
    return name;
  }
}
