// One file that is followed: its identity, how far it was read, how far its records are durable, and the descriptor while it is open.
import { open, type FileHandle } from 'node:fs/promises';
import { assert } from '../../base/assert.ts';
import type { LineSource } from '../lines/line-source.ts';
import { LineSplitter } from '../lines/line-splitter.ts';
import {
  HEAD_BYTES,
  emptyFingerprint,
  fingerprintOf,
  isCopyOf,
  isGrowing,
  matchesAt,
  readAt,
  readOnceAt,
  TAIL_BYTES,
  type Fingerprint,
  type ReadPart,
} from './file-fingerprint.ts';
import { readPartOf, type FilePosition } from './tail-position.ts';

const CHUNK_BYTES = 256 * 1024;
/** What was cut off a line without end is told at the latest then. */
const MAX_UNREPORTED_BYTES = 2 ** 30;

/** What reading found. `rewritten`: the file does not go on from where it was read to. */
export type ReadOutcome = { readonly kind: 'bytes' | 'end' | 'rewritten'; readonly bytes: number };

export class FollowedFile {
  /** Where it stands now; changes when it is rotated. */
  path: string;
  readonly device: number;
  readonly inode: number;
  readonly lines: LineSource;
  head: Fingerprint = emptyFingerprint;
  /** Behind the last byte that was read. */
  offset = 0;
  /** Behind the last record that is durable. */
  committed = 0;
  /** The largest size that was seen. */
  lastSize = 0;
  /** Since when the path belongs to another file or to none, ms. */
  leftAt: number | undefined;
  /** When it last grew, ms. */
  grewAt: number;
  #tail: Fingerprint = emptyFingerprint;
  // The first bytes, as many as the fingerprint was made of; none when they are not known.
  #headBytes: Uint8Array = new Uint8Array(0);
  #splitter: LineSplitter;
  #handle: FileHandle | undefined;
  // What was read from last: the file itself, or a copy of it.
  #readFromHandle: FileHandle | undefined;

  constructor(path: string, device: number, inode: number, lines: LineSource, saved?: FilePosition) {
    this.path = path;
    this.device = device;
    this.inode = inode;
    this.lines = lines;
    this.grewAt = Date.now();
    if (saved !== undefined) {
      this.head = saved.head;
      this.offset = saved.offset;
      this.committed = saved.offset;
      this.lastSize = saved.offset;
      this.#tail = saved.tail;
      this.#headBytes = readPartOf(saved).headBytes ?? this.#headBytes;
    }
    this.#splitter = this.#newSplitter();
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  get partialBytes(): number {
    return this.#splitter.partialBytes;
  }

  /** Bytes of over-long lines that were cut, since the last call; a line counts when it has ended, or at each GiB of it. */
  takeCut(): { readonly bytes: number; readonly lines: number } {
    if (this.#splitter.isCutting && this.#splitter.cutBytes < MAX_UNREPORTED_BYTES) return { bytes: 0, lines: 0 };
    const cut = { bytes: this.#splitter.cutBytes, lines: this.#splitter.cutLines };
    this.#splitter.cutBytes = 0;
    this.#splitter.cutLines = 0;
    return cut;
  }

  #newSplitter(): LineSplitter {
    return new LineSplitter((line, end) => this.lines.add(line, end), this.offset);
  }

  /** Opens the file unless it is open. Rejects as `open` does, with ENOENT also when another file stands at the path now. */
  async open(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    const handle = await open(this.path, 'r');
    const { dev, ino } = await handle.stat();
    if (dev !== this.device || ino !== this.inode) {
      await handle.close();
      throw Object.assign(new Error(`another file stands at ${this.path}`), { code: 'ENOENT' });
    }
    this.#handle = handle;
    return handle;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#readFromHandle = undefined;
    await handle?.close();
  }

  /** The size of the open file. */
  async size(): Promise<number> {
    const handle = await this.open();
    const { size } = await handle.stat();
    return size;
  }

  /** What was read of it, or of a copy of it. */
  get readPart(): ReadPart {
    return { head: this.head, headBytes: this.#headBytes, offset: this.offset, tail: this.#tail };
  }

  /** Whether the open file of `size` bytes is a copy of this one. */
  isCopy(handle: FileHandle, size: number): Promise<boolean> {
    return isCopyOf(handle, size, this.readPart);
  }

  /** Whether the file still holds what was read of it. Rejects as `open` does. */
  async goesOn(): Promise<boolean> {
    const handle = await this.open();
    const { size } = await handle.stat();
    const { head, offset } = this;
    return (
      size >= offset && (await matchesAt(handle, 0, head)) && matchesAt(handle, offset - this.#tail.length, this.#tail)
    );
  }

  /** Reads the next chunk and splits it into lines. */
  async readChunk(): Promise<ReadOutcome> {
    const handle = await this.open();
    // Of a file that was taken up in the middle the beginning is read once; otherwise it grows out of the chunks, because the file
    // may be cut at any moment.
    if (isGrowing(this.head) && this.#headBytes.length < this.head.length) {
      const bytes = await readAt(handle, 0, this.head.length);
      if (fingerprintOf(bytes).hash === this.head.hash) this.#headBytes = bytes;
    }
    return this.#readFrom(handle, CHUNK_BYTES);
  }

  #growHead(start: number, bytes: Uint8Array): void {
    if (!isGrowing(this.head) || start !== this.#headBytes.length) return;
    this.#headBytes = Buffer.concat([this.#headBytes, bytes.subarray(0, HEAD_BYTES - start)]);
    this.head = fingerprintOf(this.#headBytes);
  }

  /** Reads the next chunk from another file that is a copy of this one. */
  readChunkFrom(copy: FileHandle): Promise<ReadOutcome> {
    return this.#readFrom(copy, CHUNK_BYTES);
  }

  async #readFrom(handle: FileHandle, most: number): Promise<ReadOutcome> {
    this.#readFromHandle = handle;
    const before = this.#tail.length;
    const bytes = await readOnceAt(handle, this.offset - before, before + most);
    if (bytes.length < before || fingerprintOf(bytes.subarray(0, before)).hash !== this.#tail.hash) {
      return { kind: 'rewritten', bytes: 0 };
    }
    if (bytes.length === before) return { kind: 'end', bytes: 0 };
    const fresh = bytes.subarray(before);
    this.#growHead(this.offset, fresh);
    this.offset += fresh.length;
    this.lastSize = Math.max(this.lastSize, this.offset);
    this.#tail = fingerprintOf(bytes.subarray(-TAIL_BYTES));
    this.grewAt = Date.now();
    this.#splitter.push(fresh);
    return { kind: 'bytes', bytes: fresh.length };
  }

  /** Gives out the last line though it has no end: nothing will come behind it. */
  endLines(): void {
    this.#splitter.flush();
    this.lines.flush();
  }

  /** Begins the file again: it was cut or written anew. What was read of it has been given out. */
  restart(): void {
    assert(this.partialBytes === 0, 'a file begins again with half a line in hand');
    this.offset = 0;
    this.committed = 0;
    this.lastSize = 0;
    this.head = emptyFingerprint;
    this.#headBytes = new Uint8Array(0);
    this.#tail = emptyFingerprint;
    this.#splitter = this.#newSplitter();
    this.#readFromHandle = this.#handle;
  }

  /** Where the file stands when everything before `end` is durable. */
  async positionAt(end: number): Promise<FilePosition> {
    let tail = this.#tail;
    if (end !== this.offset) {
      const start = Math.max(0, end - TAIL_BYTES);
      const handle = this.#readFromHandle;
      tail = handle === undefined ? emptyFingerprint : fingerprintOf(await readAt(handle, start, end - start));
    }
    const headBytes = Buffer.from(this.#headBytes).toString('base64');
    return { device: this.device, inode: this.inode, head: this.head, headBytes, offset: end, tail };
  }
}
