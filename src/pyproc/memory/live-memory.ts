// Memory of a running process through /proc/PID/mem: plain positioned reads of a file, so neither ptrace nor
// process_vm_readv is called and the target never notices. See proc_pid_mem(5).
import { closeSync, openSync, readSync } from 'node:fs';
import { USER_SPACE_END, type Address, type ProcessMemory } from './process-memory.ts';

const PAGE_SIZE = 4096;
const ENTRY_SIZE = 8;
const PRESENT_OR_SWAPPED = 0xc0;

/** An open /proc/PID/mem. The descriptor stays bound to the address space: after an exec it reads nothing. */
export class LiveMemory implements ProcessMemory {
  readonly #descriptor: number;
  readonly #pid: number;
  #pagemap: number | undefined;
  #isOpen = true;

  /** Throws the system's error (EACCES, ENOENT, ESRCH …) when the file cannot be opened. */
  constructor(pid: number) {
    this.#pid = pid;
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

  // One 64-bit entry a page in /proc/PID/pagemap: bit 63 present, bit 62 swapped out; see proc_pid_pagemap(5). Reading a page
  // that was never touched would make the kernel enter it into the target's page tables.
  holds(address: Address, length: number): boolean {
    const pages = Math.ceil(length / PAGE_SIZE);
    const entries = new Uint8Array(pages * ENTRY_SIZE);
    try {
      this.#pagemap ??= openSync(`/proc/${this.#pid}/pagemap`, 'r');
      const got = readSync(this.#pagemap, entries, 0, entries.length, Math.floor(address / PAGE_SIZE) * ENTRY_SIZE);
      if (got < entries.length) return true;
    } catch {
      // Not shown to us: then it may be anything.
      return true;
    }
    for (let at = ENTRY_SIZE - 1; at < entries.length; at += ENTRY_SIZE)
      if (((entries[at] as number) & PRESENT_OR_SWAPPED) !== 0) return true;
    return false;
  }

  /** Releases the descriptor; may be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    if (this.#pagemap !== undefined) closeSync(this.#pagemap);
  }
}
