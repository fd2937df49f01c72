// The port through which everything reads a target's memory: a live process, a core file, or a test's bytes.

/** An address in the target. User space ends below 2^47, so a plain number is exact. */
export type Address = number;

/** The first address that no user-space object can have on x86-64 with four-level paging. */
export const USER_SPACE_END = 2 ** 47;

/** Bytes of a page: the unit in which memory is mapped. */
export const PAGE_SIZE = 4096;

/** Where bytes of the target come from. */
export interface ProcessMemory {
  /**
   * Copies `length` bytes at `address` into `target` from `offset` on. Returns how many bytes, counted from the start,
   * could be read: less than `length` where a mapping ends, 0 where nothing is mapped. Never throws.
   */
  read(address: Address, target: Uint8Array, offset: number, length: number): number;

  /**
   * Whether any byte of a range of anonymous memory was ever touched by the target (live) or is in the file (core); if
   * not, it reads as zeros. Absent: every range may hold something.
   */
  holds?(address: Address, length: number): boolean;

  /** The page that holds `address`, from a memory that keeps copies of pages: shorter where a mapping ends. */
  page?(address: Address): DataView | undefined;
}
