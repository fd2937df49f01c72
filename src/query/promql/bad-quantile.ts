// The remark on a quantile outside of 0 to 1.
import { formatFloatShortest } from '../../base/float-text.ts';
import type { Annotation } from './annotations.ts';
import type { Range } from './position.ts';

/** The warning for quantile `phi` at `range`. */
export function badQuantile(phi: number, range: Range): Annotation {
  return {
    level: 'warning',
    text: `quantile value should be between 0 and 1, got ${formatFloatShortest(phi)}`,
    range,
  };
}
