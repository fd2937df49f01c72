// A greenlet's C++ state, from greenlet 1 on: PyGreenlet {object, weak references, dict, pimpl} points to
//   vtable │ self │ exception state │ switch arguments (2) │ stack state (5) │ context │ top frame │ …
// (src/greenlet/TGreenlet.hpp). The exception state is what CPython keeps for a generator: four words and a pointer to it up
// to 3.10, two and a pointer from 3.11 on; everything behind it moves with that.
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';

const STATE_POINTER = 32;
const SELF = 8;
const STACK_STATE = 56;
const LONGER_EXCEPTION_STATE = 16;
const FIRST_SHORT_MINOR = 11;
const TOP_FRAME_BEHIND_STACK = 48;
const MAX_SAVED_BYTES = 64 * 1024 * 1024;

/** The part of the C stack that was put aside while another greenlet uses its place. */
export interface SavedStack {
  readonly start: Address;
  readonly size: number;
  readonly copy: Address;
}

/** unstarted: never run; ended: has returned; running: has the thread; suspended: waits to be switched to. */
export type GreenletActivity = 'unstarted' | 'ended' | 'running' | 'suspended';

export interface GreenletState {
  readonly activity: GreenletActivity;
  /** The innermost frame object of a suspended one. */
  readonly topFrame: Address;
  readonly saved: SavedStack;
}

/** The state of the greenlet object; `undefined` when its structs are not what this expects. */
export function readGreenletState(target: PythonTarget, greenlet: Address): GreenletState | undefined {
  const { reader, layout, objects } = target;
  const state = reader.pointer(greenlet + STATE_POINTER);
  if (state === 0 || reader.pointer(state + SELF) !== greenlet) return undefined;
  const stack = state + STACK_STATE + (layout.minor < FIRST_SHORT_MINOR ? LONGER_EXCEPTION_STATE : 0);
  const words = reader.view(stack, TOP_FRAME_BEHIND_STACK + 16);
  if (words === undefined) return undefined;
  const start = reader.pointer(stack);
  const isStarted = words.getBigUint64(8, true) !== 0n;
  const size = reader.i64(stack + 24) ?? 0;
  const topFrame = reader.pointer(stack + TOP_FRAME_BEHIND_STACK);
  if (topFrame !== 0 && objects.typeOf(topFrame)?.name !== 'frame') return undefined;
  const saved = { start, size: size > 0 && size <= MAX_SAVED_BYTES ? size : 0, copy: reader.pointer(stack + 16) };
  if (!isStarted) return { activity: 'unstarted', topFrame: 0, saved };
  if (start === 0) return { activity: 'ended', topFrame: 0, saved };
  return { activity: topFrame === 0 ? 'running' : 'suspended', topFrame, saved };
}
