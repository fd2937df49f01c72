import { test } from 'vitest';
import { crashAtEveryOperation } from './intake-lives.ts';

test.each([
  ['everything unsynced is kept', [true]],
  ['every second thing is kept', [true, false]],
])('a crash at every single operation: %s', { retry: 0 }, (_, keeps) => crashAtEveryOperation(keeps));
