import { expect, test } from 'vitest';
import { findFileLockHolder } from './file-locks.ts';

const table = `1: POSIX  ADVISORY  WRITE 376 fe:00:77 0 EOF
1: -> POSIX  ADVISORY  WRITE 421 fe:00:77 0 EOF
2: FLOCK  ADVISORY  WRITE 367 fe:00:78 0 EOF
2: -> FLOCK  ADVISORY  WRITE 421 fe:00:78 0 EOF
2:  -> FLOCK  ADVISORY  WRITE 500 fe:00:78 0 EOF
3: OFDLCK ADVISORY  WRITE -1 fe:00:79 0 EOF
3: -> OFDLCK ADVISORY  WRITE -1 fe:00:79 0 EOF
nonsense
`;

test('the holder of the lock that a process waits for, by process and file', () => {
  expect(findFileLockHolder(table, 421, 77)).toBe(376);
  expect(findFileLockHolder(table, 421, 78)).toBe(367);
  expect(findFileLockHolder(table, 500, 78)).toBe(367);
  expect(findFileLockHolder(table, 421, 79)).toBeUndefined();
  expect(findFileLockHolder(table, 376, 77)).toBeUndefined();
  expect(findFileLockHolder('', 421, 77)).toBeUndefined();
});
