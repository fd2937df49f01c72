// Tells a process that is slow from one that hangs.
import { readFileSync } from 'node:fs';

/** Looks at the main thread of a process, again and again. */
export class WorkWatch {
  #ticks: string | undefined;

  /**
   * Whether the main thread of `pid` runs, waits for a processor (R) or for a disk (D), or has run since the last look: one that waits for
   * its own helpers, as for a collection, sleeps (S) while it works. By proc_pid_stat(5): state (field 3), utime and stime (14, 15). A
   * stopped thread is not at work, nor one that is gone.
   */
  isAtWork(pid: number | undefined): boolean {
    let fields: string[];
    try {
      const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
      // The name before them may hold anything, also parentheses.
      fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    } catch {
      return false;
    }
    const [state = ''] = fields;
    const ticks = `${fields[11]} ${fields[12]}`;
    const hasRun = ticks !== this.#ticks;
    this.#ticks = ticks;
    return state === 'R' || state === 'D' || (state === 'S' && hasRun);
  }
}
