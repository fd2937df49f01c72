// CPython 3.14: what _Py_DebugOffsets does not publish. Stack slots and the code pointer of a frame carry tag bits.
import type { CPythonLayout } from './layout.ts';
import { v3_13 } from './v3-13.ts';

const { frame } = v3_13;

export const v3_14: CPythonLayout = {
  ...v3_13,
  minor: 14,
  tupleItems: 32,
  frame: frame.kind === 'interpreter' ? { ...frame, stackTopIsPointer: true, tagMask: 3, shimOwners: [3, 4] } : frame,
  // 3.14.5 and later; the incremental collector of 3.14.0–3.14.4 keeps `collecting` elsewhere and is told by that.
  gc: [{ generations: [24, 48, 72], permanent: 96, collecting: 192 }],
};
