// CPython 3.15, from the headers of 3.15.2: what _Py_DebugOffsets does not publish.
import type { CPythonLayout } from './layout.ts';
import { v3_14 } from './v3-14.ts';

export const v3_15: CPythonLayout = {
  ...v3_14,
  minor: 15,
  thread: { ...v3_14.thread, exceptionInfo: 144, context: 232 },
  generator: { ...v3_14.generator, executing: 4, finished: 5 },
  heapType: { cachedKeys: 888, qualifiedName: 880, module: 896 },
  gc: [{ generations: [8, 32, 56], permanent: 80, collecting: 112 }],
};
