// CPython 3.10, from the headers of 3.10.13: another line table, instruction index in units of two bytes.
import type { CPythonLayout } from './layout.ts';
import { v3_9 } from './v3-9.ts';

export const v3_10: CPythonLayout = {
  ...v3_9,
  minor: 10,
  thread: { ...v3_9.thread, size: 280 },
  frame: {
    kind: 'object',
    back: 24,
    code: 32,
    globals: 48,
    locals: 56,
    lastInstruction: 96,
    instructionUnit: 2,
    valueStack: 64,
    localsPlus: 352,
    size: 112,
    activity: 108,
    isActive: 0,
    blockCount: 104,
    blocks: 112,
  },
  generator: { name: 40, qualifiedName: 48, frame: 16, frameState: undefined, executing: 0, finished: 1 },
  heapType: { cachedKeys: 872, qualifiedName: 864, module: 880 },
  functionObject: { code: 48, closure: 72, qualifiedName: 40, dict: 88, globals: 16 },
  poolSize: 16_384,
};
