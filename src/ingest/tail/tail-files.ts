// Looking for files beside a tailed path: where a rotation put one, what was rotated away unseen, and copies of it.
import type { Stats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { matchesAt, readAt } from './file-fingerprint.ts';
import type { FilePosition } from './tail-position.ts';

const MAX_SIBLINGS = 1000;
/** The last lines of a file are sought in so many of its last bytes. */
const LAST_BYTES = 64 * 1024;
const LAST_LINES = 8;

/** A file with its path. */
export interface FoundFile {
  readonly path: string;
  readonly stats: Stats;
}

/** The stats of a regular file; undefined when there is none. Rejects with other errors (no permission). */
export async function statFile(path: string): Promise<Stats | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function filesBeside(path: string, wanted: (name: string) => boolean): Promise<FoundFile[]> {
  const folder = dirname(path);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    // Without permission to list, a rotated file is only followed through its open descriptor.
    return [];
  }
  const found: FoundFile[] = [];
  for (const name of names.filter(wanted).slice(0, MAX_SIBLINGS)) {
    const full = join(folder, name);
    const stats = full === path ? undefined : await statFile(full).catch(() => undefined);
    if (stats !== undefined) found.push({ path: full, stats });
  }
  return found.toSorted((a, b) => a.stats.mtimeMs - b.stats.mtimeMs);
}

/** All files of the path's folder but itself, oldest first. */
function findBeside(path: string): Promise<FoundFile[]> {
  return filesBeside(path, () => true);
}

/** Where the file of `position` stands now: at the path, or beside it. */
export async function locate(path: string, position: FilePosition): Promise<FoundFile | undefined> {
  const isIt = ({ dev, ino }: Stats): boolean => dev === position.device && ino === position.inode;
  const own = await statFile(path).catch(() => undefined);
  if (own !== undefined && isIt(own)) {
    // The inode may be another file's by now; a cut file at its own path is still the same.
    const same = await withFile(path, (handle) => matchesAt(handle, 0, position.head));
    if (same === true || own.size < position.head.length) return { path, stats: own };
  }
  for (const candidate of await findBeside(path)) {
    if (!isIt(candidate.stats)) continue;
    if ((await withFile(candidate.path, (handle) => matchesAt(handle, 0, position.head))) === true) return candidate;
  }
  return own !== undefined && isIt(own) ? { path, stats: own } : undefined;
}

/** Gives the last whole lines of a file, the last one first. */
export async function readLastLines(path: string, { size }: Stats, use: (line: Uint8Array) => void): Promise<void> {
  if (size === 0) return;
  await withFile(path, async (handle) => {
    const start = Math.max(0, size - LAST_BYTES);
    const bytes = await readAt(handle, start, size - start);
    let at = bytes.lastIndexOf(0x0a);
    for (let lines = 0; lines < LAST_LINES && at > 0; lines++) {
      const begin = bytes.lastIndexOf(0x0a, at - 1) + 1;
      use(bytes.subarray(begin, at));
      at = begin - 1;
    }
  });
}

/** A rotation that is under way renames files while they are looked for: what is not found is looked for again, so often. */
const LOOKS = 4;
const LOOK_PAUSE = 15;

/** Runs `look` until it finds something, a few times. */
export async function lookAgain<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let looks = 1; ; looks++) {
    const found = await look();
    if (found !== undefined || looks === LOOKS) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE));
  }
}

/** Whether `name` is what rotation makes of `base`: app.log.1, app.log-20261121, app-2026-11-21.log, app.1.log. */
export function isRotationOf(base: string, name: string): boolean {
  const extension = extname(base);
  const stem = base.slice(0, base.length - extension.length);
  const middle = name.startsWith(base)
    ? name.slice(base.length)
    : name.startsWith(stem) && name.endsWith(extension)
      ? name.slice(stem.length, name.length - extension.length)
      : '';
  return /^[.\-_]\d[\d.\-_T:]*$/.test(middle);
}

/** Files that rotation made of the path, oldest first; compressed ones are not among them. */
export function findRotated(path: string): Promise<FoundFile[]> {
  const base = basename(path);
  return filesBeside(path, (name) => name !== base && isRotationOf(base, name));
}

/** Runs `use` on the open file; undefined when it is not there any more: a rotation that is under way has put another one in its place. */
export function withFound<T>(
  { path, stats }: FoundFile,
  use: (handle: FileHandle) => Promise<T>,
  refused?: (error: NodeJS.ErrnoException) => void,
): Promise<T | undefined> {
  const useSame = async (handle: FileHandle): Promise<T | undefined> => {
    const { dev, ino } = await handle.stat();
    return dev === stats.dev && ino === stats.ino ? use(handle) : undefined;
  };
  return withFile(path, useSame, refused);
}

/** Runs `use` on the open file; undefined when it cannot be opened. `refused` hears why, unless it is gone. */
export async function withFile<T>(
  path: string,
  use: (handle: FileHandle) => Promise<T>,
  refused?: (error: NodeJS.ErrnoException) => void,
): Promise<T | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    if (cause.code !== 'ENOENT') refused?.(cause);
    return undefined;
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
