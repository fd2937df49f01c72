// CPython 3.13, from the headers of 3.13.0. What _Py_DebugOffsets publishes overrides this at attach.
import type { CPythonLayout } from './layout.ts';
import { v3_12 } from './v3-12.ts';

export const v3_13: CPythonLayout = {
  ...v3_12,
  minor: 13,
  runtime: { interpretersHead: 632, finalizing: 608, currentThread: undefined, gil: undefined, gc: undefined },
  interpreter: {
    next: 7264,
    id: 7272,
    threadsHead: 7344,
    modules: 7656,
    sysDict: 7640,
    builtins: 7648,
    gc: 7400,
    gilPointer: 16,
  },
  thread: {
    next: 8,
    interpreter: 16,
    frame: 72,
    cframeCurrent: undefined,
    threadId: 152,
    nativeThreadId: 160,
    dataStackChunk: 232,
    dataStackTop: 240,
    currentException: 112,
    exceptionInfo: 120,
    context: 208,
    size: 304,
  },
  frame: {
    kind: 'interpreter',
    previous: 8,
    code: 0,
    globals: 24,
    locals: 40,
    frameObject: 48,
    instruction: 56,
    instructionIsLast: false,
    stackTop: 64,
    stackTopIsPointer: false,
    owner: 70,
    localsPlus: 72,
    size: 72,
    tagMask: 0,
    shimOwners: [3],
  },
  code: { ...v3_12.code, instructions: 200, size: 208 },
  instance: { managed: '3.13' },
  gc: [
    { generations: [24, 48, 72], permanent: 104, collecting: 200 },
    // 3.13.5, as Debian builds it, packs the list heads to four bytes, right behind the debug flags.
    { generations: [20, 44, 68], permanent: 104, collecting: 200 },
  ],
};
