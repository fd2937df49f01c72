// CPython 3.9, from the headers of 3.9.18: the collector moved into the interpreter.
import type { CPythonLayout } from './layout.ts';
import { v3_8 } from './v3-8.ts';

export const v3_9: CPythonLayout = {
  ...v3_8,
  minor: 9,
  runtime: { interpretersHead: 32, finalizing: 16, currentThread: 568, gil: 352, gc: undefined },
  interpreter: {
    next: 0,
    id: 24,
    threadsHead: 8,
    modules: 856,
    sysDict: 872,
    builtins: 880,
    gc: 616,
    gilPointer: undefined,
  },
  heapType: { cachedKeys: 864, qualifiedName: 856, module: 872 },
};
