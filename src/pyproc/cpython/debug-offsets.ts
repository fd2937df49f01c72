// _Py_DebugOffsets, the table that CPython 3.13 and later put at the very start of _PyRuntime (pycore_debug_offsets.h):
//   "xdebugpy" │ version word │ free-threaded flag │ groups of 64-bit offsets, each beginning with the size of its struct
// Members are inserted in the middle from version to version, so the order is given for each minor version. A version
// that is newer than our newest order is read with that one and stands or falls with the self-test.
import { signed64At } from '../memory/memory-reader.ts';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { CPythonLayout } from './layout.ts';
import { v3_13 } from './v3-13.ts';
import { v3_14 } from './v3-14.ts';
import { v3_15 } from './v3-15.ts';

const COOKIE = 'xdebugpy';
const HEADER_SIZE = 24;
const MAX_STRUCT_SIZE = 1 << 21;
const UNSIZED_GROUPS = /^(llist|debugger|err_stackitem)\./;

type Order = readonly (readonly [group: string, members: string])[];

const order3_13: Order = [
  ['runtime', 'size finalizing interpreters_head'],
  [
    'interpreter',
    'size id next threads_head gc modules sysdict builtins ceval_gil gil_state gil_enabled gil_locked gil_holder',
  ],
  ['thread', 'size prev next interp current_frame thread_id native_thread_id datastack_chunk status'],
  ['frame', 'size previous executable instr_ptr localsplus owner'],
  [
    'code',
    'size filename name qualname linetable firstlineno argcount localsplusnames localspluskinds co_code_adaptive',
  ],
  ['object', 'size ob_type'],
  ['type', 'size tp_name tp_repr tp_flags'],
  ['tuple', 'size ob_item ob_size'],
  ['list', 'size ob_item ob_size'],
  ['dict', 'size ma_keys ma_values'],
  ['float', 'size ob_fval'],
  ['long', 'size lv_tag ob_digit'],
  ['bytes', 'size ob_size ob_sval'],
  ['unicode', 'size state length asciiobject_size'],
  ['gc', 'size collecting'],
];

const order3_14: Order = [
  ['runtime', 'size finalizing interpreters_head'],
  [
    'interpreter',
    'size id next threads_head threads_main gc modules sysdict builtins ceval_gil gil_state gil_enabled gil_locked gil_holder code_object_generation tlbc_generation',
  ],
  ['thread', 'size prev next interp current_frame thread_id native_thread_id datastack_chunk status'],
  ['frame', 'size previous executable instr_ptr localsplus owner stackpointer tlbc_index'],
  [
    'code',
    'size filename name qualname linetable firstlineno argcount localsplusnames localspluskinds co_code_adaptive co_tlbc',
  ],
  ['object', 'size ob_type'],
  ['type', 'size tp_name tp_repr tp_flags'],
  ['tuple', 'size ob_item ob_size'],
  ['list', 'size ob_item ob_size'],
  ['set', 'size used table mask'],
  ['dict', 'size ma_keys ma_values'],
  ['float', 'size ob_fval'],
  ['long', 'size lv_tag ob_digit'],
  ['bytes', 'size ob_size ob_sval'],
  ['unicode', 'size state length asciiobject_size'],
  ['gc', 'size collecting'],
  ['generator', 'size name iframe frame_state'],
  ['llist', 'next prev'],
  ['debugger', 'eval_breaker support enabled pending_call script_path script_path_size'],
];

const order3_15: Order = order3_14.map(([group, members]): readonly [string, string] => {
  if (group === 'thread') {
    return [
      group,
      'size prev next interp current_frame base_frame last_profiled_frame last_profiled_frame_seq thread_id native_thread_id datastack_chunk status holds_gil gil_requested current_exception exc_state',
    ];
  }
  if (group === 'type') return [group, 'size tp_name tp_repr tp_flags tp_basicsize tp_dictoffset'];
  if (group === 'unicode') return [group, 'size state length asciiobject_size compactunicodeobject_size'];
  if (group === 'gc') return [group, 'size collecting frame generation_stats_size generation_stats'];
  return [group, members];
});

const orders: readonly { readonly minor: number; readonly order: Order; readonly base: CPythonLayout }[] = [
  { minor: 13, order: order3_13, base: v3_13 },
  { minor: 14, order: order3_14, base: v3_14 },
  {
    minor: 15,
    order: insertAfter(
      insertAfter(order3_15, 'thread', 'err_stackitem', 'exc_value'),
      'type',
      'heap_type',
      'size ht_cached_keys',
    ),
    base: v3_15,
  },
];

function insertAfter(order: Order, after: string, group: string, members: string): Order {
  return order.flatMap((entry) => (entry[0] === after ? [entry, [group, members] as const] : [entry]));
}

/** What the table says, by `group.member`. */
export interface DebugOffsets {
  readonly versionWord: number;
  readonly minor: number;
  readonly isFreeThreaded: boolean;
  readonly values: ReadonlyMap<string, number>;
}

/** Reads the table at `runtime`; `undefined` when there is none or when its numbers cannot be offsets. */
export function readDebugOffsets(reader: MemoryReader, runtime: Address): DebugOffsets | undefined {
  const header = reader.bytes(runtime, HEADER_SIZE);
  if (header === undefined || Buffer.from(header.subarray(0, 8)).toString('latin1') !== COOKIE) return undefined;
  const view = new DataView(header.buffer);
  const versionWord = view.getUint32(8, true);
  const minor = (versionWord >>> 16) & 0xff;
  if (versionWord >>> 24 !== 3 || minor < 13) return undefined;
  const { order } = orderFor(minor);
  const names = order.flatMap(([group, members]) => members.split(' ').map((member) => `${group}.${member}`));
  const body = reader.view(runtime + HEADER_SIZE, names.length * 8);
  if (body === undefined) return undefined;
  const values = new Map<string, number>();
  let structSize = MAX_STRUCT_SIZE;
  for (const [index, name] of names.entries()) {
    const value = signed64At(body, index * 8);
    if (name.endsWith('.size')) structSize = value;
    // A member lies inside its struct; groups without a size describe members of other structs.
    const isMember = !UNSIZED_GROUPS.test(name) && !/[._]size$/.test(name);
    if (!(value >= 0 && value <= MAX_STRUCT_SIZE) || (isMember && value >= structSize)) return undefined;
    values.set(name, value);
  }
  const { base } = orderFor(minor);
  for (const [name, least] of [
    ['code.size', base.code.size],
    ['thread.size', base.thread.size],
    ['frame.size', base.frame.size],
  ] as const) {
    if ((values.get(name) ?? 0) < least) return undefined;
  }
  return { versionWord, minor, isFreeThreaded: view.getUint32(16, true) !== 0, values };
}

function orderFor(minor: number): (typeof orders)[number] {
  return orders.findLast((entry) => entry.minor <= minor) ?? (orders[0] as (typeof orders)[number]);
}

/** The layout of that version with every member that the interpreter publishes taken from it. */
export function layoutFromDebugOffsets(offsets: DebugOffsets): CPythonLayout {
  const { base } = orderFor(offsets.minor);
  const pick = (name: string, fallback: number): number => offsets.values.get(name) ?? fallback;
  const { frame } = base;
  if (frame.kind !== 'interpreter') return base;
  const gil = pick('interpreter.gil_state', 0);
  return {
    ...base,
    minor: offsets.minor,
    runtime: {
      ...base.runtime,
      interpretersHead: pick('runtime.interpreters_head', base.runtime.interpretersHead),
      finalizing: pick('runtime.finalizing', base.runtime.finalizing),
    },
    interpreter: {
      next: pick('interpreter.next', base.interpreter.next),
      id: pick('interpreter.id', base.interpreter.id),
      threadsHead: pick('interpreter.threads_head', base.interpreter.threadsHead),
      modules: pick('interpreter.modules', base.interpreter.modules),
      sysDict: pick('interpreter.sysdict', base.interpreter.sysDict),
      builtins: pick('interpreter.builtins', base.interpreter.builtins),
      gc: offsets.values.get('interpreter.gc'),
      gilPointer: offsets.values.get('interpreter.ceval_gil') ?? gil,
    },
    thread: {
      ...base.thread,
      next: pick('thread.next', base.thread.next),
      interpreter: pick('thread.interp', base.thread.interpreter),
      frame: pick('thread.current_frame', base.thread.frame),
      threadId: pick('thread.thread_id', 0),
      nativeThreadId: pick('thread.native_thread_id', 0),
      dataStackChunk: pick('thread.datastack_chunk', 0),
      dataStackTop: pick('thread.datastack_chunk', 0) + 8,
      currentException: offsets.values.get('thread.current_exception') ?? base.thread.currentException,
      size: pick('thread.size', base.thread.size),
    },
    frame: {
      ...frame,
      previous: pick('frame.previous', frame.previous),
      code: pick('frame.executable', frame.code),
      instruction: pick('frame.instr_ptr', frame.instruction),
      localsPlus: pick('frame.localsplus', frame.localsPlus),
      size: pick('frame.localsplus', frame.localsPlus),
      owner: pick('frame.owner', frame.owner),
      stackTop: offsets.values.get('frame.stackpointer') ?? frame.stackTop,
    },
    code: {
      ...base.code,
      fileName: pick('code.filename', base.code.fileName),
      name: pick('code.name', base.code.name),
      qualifiedName: pick('code.qualname', 0),
      lineTable: pick('code.linetable', base.code.lineTable),
      firstLine: pick('code.firstlineno', base.code.firstLine),
      argumentCount: pick('code.argcount', base.code.argumentCount),
      slotNames: pick('code.localsplusnames', 0),
      slotKinds: pick('code.localspluskinds', 0),
      instructions: pick('code.co_code_adaptive', base.code.instructions),
      size: pick('code.size', base.code.size),
    },
    generator: {
      ...base.generator,
      frame: offsets.values.get('generator.iframe') ?? base.generator.frame,
      frameState: offsets.values.get('generator.frame_state') ?? base.generator.frameState,
    },
    tupleItems: pick('tuple.ob_item', base.tupleItems),
    string: { asciiSize: pick('unicode.asciiobject_size', 40), compactSize: pick('unicode.asciiobject_size', 40) + 16 },
    gc: base.gc.filter(({ collecting }) => offsets.values.get('gc.collecting') === collecting),
  };
}
