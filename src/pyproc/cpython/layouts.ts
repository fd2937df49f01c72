// The layouts known by table. A new version is a file v3-N.ts and a line here.
import type { CPythonLayout } from './layout.ts';
import { v3_10 } from './v3-10.ts';
import { v3_11 } from './v3-11.ts';
import { v3_12 } from './v3-12.ts';
import { v3_8 } from './v3-8.ts';
import { v3_9 } from './v3-9.ts';

/** Versions that do not publish their offsets. */
export const tableLayouts: readonly CPythonLayout[] = [v3_8, v3_9, v3_10, v3_11, v3_12];

export const OLDEST_MINOR = 8;
