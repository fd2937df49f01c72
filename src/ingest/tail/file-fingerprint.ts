// What tells one file from another beside device and inode, which are used again: a fingerprint of its first bytes, growing with
// the file up to 1 KiB, and one of the bytes before the place that was read to.
import { open, type FileHandle } from 'node:fs/promises';
import { fingerprint } from '../../base/fingerprint.ts';

/** Bytes of a file's beginning that tell it from others. */
export const HEAD_BYTES = 1024;
/** Bytes before the position that are looked at. */
export const TAIL_BYTES = 64;

/** The fingerprint of `length` bytes. */
export interface Fingerprint {
  readonly length: number;
  readonly hash: string;
}

export const emptyFingerprint: Fingerprint = { length: 0, hash: '' };

export function fingerprintOf(bytes: Uint8Array): Fingerprint {
  return { length: bytes.length, hash: bytes.length === 0 ? '' : fingerprint(bytes).toString(16) };
}

/** Up to `length` bytes at `offset`; fewer when the file ends before. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** What one read gives at `offset`, up to `length` bytes: all of them stood in the file at one time, also when it is cut and written anew meanwhile. */
export async function readOnceAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** Whether the file's bytes at `offset` have that fingerprint. */
export async function matchesAt(handle: FileHandle, offset: number, expected: Fingerprint): Promise<boolean> {
  if (expected.length === 0) return true;
  const bytes = await readAt(handle, offset, expected.length);
  return bytes.length === expected.length && fingerprintOf(bytes).hash === expected.hash;
}

/** What was read of a file, up to `offset`. */
export interface ReadPart {
  readonly head: Fingerprint;
  /** The bytes of the head, where they are known. */
  readonly headBytes?: Uint8Array;
  readonly offset: number;
  readonly tail: Fingerprint;
}

/**
 * Whether an open file of `size` bytes begins like one that was read to `offset`, and holds the same bytes before that place. A copy
 * that is still being written, or was made before the last of what was read, does not reach it; its beginning counts then.
 */
export async function isCopyOf(handle: FileHandle, size: number, read: ReadPart): Promise<boolean> {
  const { head, headBytes, offset, tail } = read;
  if (size > 0 && size < head.length && headBytes !== undefined && headBytes.length >= size) {
    const bytes = await readAt(handle, 0, size);
    return Buffer.compare(bytes, headBytes.subarray(0, size)) === 0;
  }
  if (head.length === 0 || !(await matchesAt(handle, 0, head))) return false;
  return size < offset || (await matchesAt(handle, offset - tail.length, tail));
}

/** An open file of `size` bytes as if all of it had been read. */
export async function wholeOf(handle: FileHandle, size: number): Promise<ReadPart> {
  const [head, tail] = [
    await readAt(handle, 0, Math.min(size, HEAD_BYTES)),
    await readAt(handle, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES)),
  ];
  return { head: fingerprintOf(head), offset: size, tail: fingerprintOf(tail) };
}

/** A file and where it stood when it was looked at last. */
export interface PlacedFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/**
 * Whether an open file begins with the same bytes as that one does now, as far as both go; false when either has none, or when
 * another file stands at its path by now, which may be the open one itself.
 */
export async function beginsLike(handle: FileHandle, { path, device, inode }: PlacedFile): Promise<boolean> {
  let other: FileHandle;
  try {
    other = await open(path, 'r');
  } catch {
    return false;
  }
  try {
    const { dev, ino } = await other.stat();
    if (dev !== device || ino !== inode) return false;
    const [a, b] = [await readAt(handle, 0, HEAD_BYTES), await readAt(other, 0, HEAD_BYTES)];
    const size = Math.min(a.length, b.length);
    return size > 0 && Buffer.compare(a.subarray(0, size), b.subarray(0, size)) === 0;
  } finally {
    await other.close();
  }
}

/** Whether the fingerprint can still grow. */
export function isGrowing(head: Fingerprint): boolean {
  return head.length < HEAD_BYTES;
}
