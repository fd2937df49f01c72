// Memory of a running process through /proc/PID/mem: plain positioned reads of a file, so neither ptrace nor
// process_vm_readv is called and the target never notices. See proc_pid_mem(5).
import { closeSync, openSync, readSync } from 'node:fs';
import { USER_SPACE_END, type Address, type ProcessMemory } from './process-memory.ts';

/** An open /proc/PID/mem. The descriptor stays bound to the address space: after an exec it reads nothing. */
export class LiveMemory implements ProcessMemory {
  readonly #descriptor: number;
  #isOpen = true;

  /** Throws the system's error (EACCES, ENOENT, ESRCH …) when the file cannot be opened. */
  constructor(pid: number) {
    this.#descriptor = openSync(`/proc/${pid}/mem`, 'r');
  }

  read(address: Address, target: Uint8Array, offset: number, length: number): number {
    // Also refuses NaN, which comes from arithmetic on fields of hostile memory.
    if (!(address >= 4096 && address < USER_SPACE_END) || length <= 0) return 0;
    try {
      return readSync(this.#descriptor, target, offset, length, address);
    } catch {
      // EIO where nothing is mapped: the port reports that as zero bytes.
      return 0;
    }
  }

  /** Releases the descriptor; may be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}
