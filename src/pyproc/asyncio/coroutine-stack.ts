// The stack of a suspended coroutine: its own frame, then that of what it awaits, and so on to the future at the end.
// What a coroutine awaits is the topmost item of its frame's value stack.
import type { Dumper, Frame } from '../dump.ts';
import type { Address } from '../memory/process-memory.ts';

const MAX_AWAITS = 200;
const MAX_SLOTS = 4096;
const WRAPPED = 16;

/** Types that stand between a coroutine and what it awaits, with the inner object at offset 16. */
const wrappers = new Set([
  'coroutine_wrapper',
  '_asyncio.FutureIter',
  'FutureIter',
  'async_generator_asend',
  'async_generator_athrow',
  'anext_awaitable',
]);
const generators = new Set(['coroutine', 'generator', 'async_generator']);

export interface CoroutineStack {
  /** Innermost first, like a thread's. */
  readonly frames: readonly Frame[];
  /** The object at the end of the chain: a future, a task, something else; 0 when it runs or has not begun. */
  readonly awaited: Address;
}

function readFrame(dumper: Dumper, generator: Address): { frame: Frame; awaited: Address } | undefined {
  const { layout, reader, objects } = dumper.target;
  if (layout.frame.kind === 'object') {
    const address = reader.pointer(generator + layout.generator.frame);
    if (address === 0) return undefined;
    const last = reader.i32(address + layout.frame.lastInstruction) ?? -1;
    const code = reader.pointer(address + layout.frame.code);
    const frame = dumper.describeFrame(address, code, last < 0 ? -1 : last * layout.frame.instructionUnit);
    if (frame === undefined) return undefined;
    // 3.8 and 3.9 keep a pointer behind the topmost item, 3.10 the number of items.
    const base = reader.pointer(address + layout.frame.valueStack);
    const top =
      layout.minor === 10
        ? base + 8 * (reader.i32(address + 80) ?? 0)
        : reader.pointer(address + layout.frame.valueStack + 8);
    const awaited = top > base && top <= base + 8 * MAX_SLOTS ? reader.pointer(top - 8) : 0;
    return { frame, awaited };
  }
  const address = generator + layout.generator.frame;
  const state =
    layout.generator.frameState === undefined ? undefined : reader.i8(generator + layout.generator.frameState);
  // 1 and above: the frame is finished; 3.14 counts the states differently but keeps that order.
  if (state === undefined || state >= 1) return undefined;
  const word = reader.pointer(address + layout.frame.code);
  const code = word - (word % (layout.frame.tagMask + 1));
  const pointer = reader.pointer(address + layout.frame.instruction);
  const frame = dumper.describeFrame(address, code, pointer - code - layout.code.instructions);
  if (frame === undefined) return undefined;
  if (state === 0) return { frame, awaited: 0 };
  const slots = address + layout.frame.localsPlus;
  const end = layout.frame.stackTopIsPointer
    ? reader.pointer(address + layout.frame.stackTop)
    : slots + 8 * (reader.i32(address + layout.frame.stackTop) ?? 0);
  // 3.14 leaves the value that was yielded above the awaited object.
  for (const at of [end - 8, end - 16]) {
    if (at < slots || at > slots + 8 * MAX_SLOTS) continue;
    const item = reader.pointer(at);
    const awaited = item - (item % (layout.frame.tagMask + 1));
    const type = objects.typeOf(awaited)?.name;
    if (type !== undefined && type !== 'NoneType') return { frame, awaited };
  }
  return { frame, awaited: 0 };
}

/** Follows a coroutine to what it waits for. */
export function readCoroutineStack(dumper: Dumper, coroutine: Address): CoroutineStack {
  const { objects, reader } = dumper.target;
  const frames: Frame[] = [];
  let current = coroutine;
  for (let depth = 0; depth < MAX_AWAITS && current !== 0; depth++) {
    const type = objects.typeOf(current)?.name ?? '';
    if (generators.has(type)) {
      const step = readFrame(dumper, current);
      if (step === undefined) break;
      frames.unshift(step.frame);
      current = step.awaited;
    } else if (wrappers.has(type)) current = reader.pointer(current + WRAPPED);
    else return { frames, awaited: current };
  }
  return { frames, awaited: 0 };
}
