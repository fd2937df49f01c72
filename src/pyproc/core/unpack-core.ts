// Compressed cores (systemd-coredump writes .zst) are unpacked into a temporary file, because they are read at random.
import { createReadStream, createWriteStream, mkdtempSync, openSync, readSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
// Older versions of Node have no zstd: the name must not be asked for when the file is loaded.
import * as zlib from 'node:zlib';
import { err, ok, type Result } from '../../base/result.ts';

interface Unpacked {
  readonly path: string;
  /** Set when the end of the compressed file is missing; what came before it is there. */
  readonly problem: string | undefined;
  readonly remove: () => void;
}

function magicOf(path: string): string {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.alloc(4);
  const count = readSync(descriptor, bytes, 0, 4, 0);
  closeSync(descriptor);
  return bytes.toString('hex', 0, count);
}

/** The path of a plain core: `path` itself, or a temporary copy. The error is a sentence. */
export async function unpackCore(path: string): Promise<Result<Unpacked, string>> {
  let magic: string;
  try {
    magic = magicOf(path);
  } catch (error) {
    return err(`cannot open ${path}: ${(error as Error).message}`);
  }
  const isGzip = magic.startsWith('1f8b');
  const isZstd = magic === '28b52ffd';
  if (magic === '04224d18') return err(`${path}: lz4 is not supported; unpack it with lz4 -d first`);
  if (!isGzip && !isZstd) return ok({ path, problem: undefined, remove: () => undefined });
  const folder = mkdtempSync(join(tmpdir(), 'holter-core-'));
  const plain = join(folder, 'core');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await pipeline(
      createReadStream(path),
      isGzip ? zlib.createGunzip() : zlib.createZstdDecompress(),
      createWriteStream(plain),
    );
    return ok({ path: plain, problem: undefined, remove });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') {
      remove();
      return err(`${path} cannot be unpacked into ${folder}: ${message}`);
    }
    return ok({
      path: plain,
      problem: `${path} is cut off or damaged (${message}): what could be unpacked is read`,
      remove,
    });
  }
}
