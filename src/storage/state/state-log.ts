// The file under the embedded state store: an append-only log of records, each with its length and checksum in front.
// Record: u32 length, u32 CRC-32 of the body (little-endian), body = JSON. What does not check out at the end is a write that was
// torn by a crash: it was never acknowledged and is cut off. Compaction writes a new file beside it and renames it over.
import { constants } from 'node:fs';
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const HEADER = 8;
const MAX_RECORD = 16 * 1024 * 1024;

export function encodeRecord(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const header = Buffer.allocUnsafe(HEADER);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([header, body]);
}

/** The records of a log and the length of its valid part. */
export function decodeRecords(bytes: Buffer): { records: unknown[]; length: number } {
  const records: unknown[] = [];
  let at = 0;
  while (at + HEADER <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    const end = at + HEADER + size;
    if (size > MAX_RECORD || end > bytes.length) break;
    const body = bytes.subarray(at + HEADER, end);
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) break;
    records.push(JSON.parse(body.toString('utf8')));
    at = end;
  }
  return { records, length: at };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export class StateLog {
  readonly #path: string;
  #file: FileHandle;
  #length: number;

  private constructor(path: string, file: FileHandle, length: number) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Opens or creates the log and gives what stands in it. */
  static async open(path: string): Promise<{ log: StateLog; records: unknown[] }> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const bytes = await file.readFile();
    const { records, length } = decodeRecords(bytes);
    if (length < bytes.length) {
      await file.truncate(length);
      await file.sync();
    }
    await syncFolder(path);
    return { log: new StateLog(path, file, length), records };
  }

  get length(): number {
    return this.#length;
  }

  /** Durable when it resolves. When it rejects, nothing of it is in the log. */
  async append(bytes: Buffer): Promise<void> {
    try {
      let written = 0;
      while (written < bytes.length) {
        const piece = await this.#file.write(bytes, written, bytes.length - written, this.#length + written);
        written += piece.bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#length);
      throw error;
    }
    this.#length += bytes.length;
  }

  /** Replaces the contents by `bytes`. */
  async replace(bytes: Buffer): Promise<void> {
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w+', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
      await rename(fresh, this.#path);
      await syncFolder(this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file.close();
    this.#file = file;
    this.#length = bytes.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
