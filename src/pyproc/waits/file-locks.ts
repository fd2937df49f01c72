// Who has the lock on a file that a process waits for, from /proc/locks: a lock, and behind it those that wait for it.
//   3: FLOCK  ADVISORY  WRITE 367 fe:00:9982466 0 EOF
//   3: -> FLOCK  ADVISORY  WRITE 421 fe:00:9982466 0 EOF

const LINE = /^(\d+):\s*(->)?\s*\S+\s+\S+\s+\S+\s+(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /;

/** The process that has the lock on the file `inode` which `waiter` waits for; `undefined` when the table does not say. */
export function findFileLockHolder(table: string, waiter: number, inode: number): number | undefined {
  const holders = new Map<string, number>();
  for (const line of table.split('\n')) {
    const [, lock = '', arrow, pid, file] = LINE.exec(line) ?? [];
    if (pid === undefined) continue;
    if (arrow === undefined) holders.set(lock, Number(pid));
    else if (Number(pid) === waiter && Number(file) === inode) {
      const holder = holders.get(lock) ?? 0;
      // Locks of open files (F_OFD_SETLKW) belong to no process.
      return holder > 0 ? holder : undefined;
    }
  }
  return undefined;
}
