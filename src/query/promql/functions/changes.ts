import { findAnchor } from '../anchored-window.ts';
import type { RangeFunction } from '../function.ts';

export const changesFunction: RangeFunction = {
  kind: 'range',
  name: 'changes',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'how often the value changed',
  extensions: ['anchored'],
  compute: (window) => {
    const first = findAnchor(window);
    if (first === -1) return false;
    let changes = 0;
    for (let i = first + 1; i < window.to; i++) {
      const value = window.valueAt(i);
      const before = window.valueAt(i - 1);
      if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) changes++;
    }
    window.result = changes;
    return true;
  },
};
