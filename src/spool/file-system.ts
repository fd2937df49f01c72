// What the spool asks of a file system. The real one is node-file-system.ts; tests have one that forgets what was not synced.

export interface SpoolFile {
  /**
   * Writes all chunks one behind the other from `position` on and resolves when they survive a loss of power (fdatasync).
   * When it rejects, nothing is known of those bytes. The chunks must not change meanwhile; calls run in order.
   */
  commit(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** Fills `into` from `position`; resolves with fewer bytes only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface FileSystem {
  createFolder(path: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  open(path: string): Promise<SpoolFile>;
  /** Makes a new file of `size` zero bytes, its blocks allocated and synced; the directory entry is not. Leaves nothing when it fails. */
  allocate(path: string, size: number): Promise<void>;
  size(path: string): Promise<number>;
  /** Writes a small file whole, durably but for its directory entry. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes the directory's entries durable. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that the disk under `folder` still has for us. */
  freeBytes(folder: string): Promise<number>;
}

/** Whether a file operation failed because the disk, a quota or a budget is used up. */
export function isOutOfSpace(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}
