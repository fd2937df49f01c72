// Reads the records of one segment one after the other through a window that grows to the largest record.
import type { SpoolFile } from './file-system.ts';
import { RECORD_HEADER_BYTES, RECORD_MAGIC, decodeRecord, readDamaged, readRecordHeader } from './record.ts';
import type { DamagedRecord, SpoolRecord } from './record.ts';

const WINDOW_BYTES = 1 << 20;

export class RecordReader {
  readonly #file: SpoolFile;
  readonly #segment: number;
  #window = new Uint8Array(WINDOW_BYTES);
  /** The window holds bytes [#start, #start + #filled) of the file. */
  #start = 0;
  #filled = 0;
  /** The disk could not read what it was asked for. */
  #unreadable = false;
  /** Where the next record begins. */
  offset: number;
  /** Durable end that the record read last was written with. */
  durableEnd = 0;

  constructor(file: SpoolFile, segment: number, offset = 0) {
    this.#file = file;
    this.#segment = segment;
    this.offset = offset;
  }

  /** The bytes [at, at + size), fewer at the end of the file; valid until the next call. */
  async #bytes(at: number, size: number, limit: number): Promise<Uint8Array> {
    if (at < this.#start || at + size > this.#start + this.#filled) {
      if (size > this.#window.length) this.#window = new Uint8Array(size);
      const wanted = Math.max(size, Math.min(this.#window.length, limit - at));
      this.#start = at;
      this.#filled = 0;
      this.#filled = await this.#read(this.#window.subarray(0, wanted), at);
    }
    return this.#window.subarray(at - this.#start, Math.min(at - this.#start + size, this.#filled));
  }

  async #read(into: Uint8Array, at: number): Promise<number> {
    try {
      return await this.#file.read(into, at);
    } catch (error) {
      // A broken disk: trying again would hold up everything behind this place for ever.
      if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
      this.#unreadable = true;
      return 0;
    }
  }

  /**
   * The next record that ends at or before `limit`; undefined when there is no valid one, and `offset` stays where it is.
   * The record's body is valid until the next call.
   */
  async next(limit: number): Promise<SpoolRecord | undefined> {
    if (this.offset + RECORD_HEADER_BYTES > limit) return undefined;
    const start = await this.#bytes(this.offset, RECORD_HEADER_BYTES, limit);
    if (start.length < RECORD_HEADER_BYTES) return undefined;
    const header = readRecordHeader(start, this.#segment);
    if (header === undefined || this.offset + header.size > limit) return undefined;
    const whole = await this.#bytes(this.offset, header.size, limit);
    if (whole.length < header.size) return undefined;
    const record = decodeRecord(whole, header);
    if (record === undefined) return undefined;
    this.offset += header.size;
    this.durableEnd = header.durableEnd;
    return record;
  }

  /**
   * Steps from `offset`, where a damaged record begins, to the next valid one or to `limit`, over records whose headers still say how
   * long they are; resolves to what is left of them. Undefined when a header is damaged, too, and `offset` stays where it is: what
   * only looks like a record further on may be part of a body, which a sender wrote.
   */
  async stepOver(limit: number): Promise<DamagedRecord[] | undefined> {
    const damaged: DamagedRecord[] = [];
    let at = this.offset;
    while (at < limit) {
      if (at + RECORD_HEADER_BYTES > limit) return undefined;
      const start = await this.#bytes(at, RECORD_HEADER_BYTES, limit);
      const header = start.length < RECORD_HEADER_BYTES ? undefined : readRecordHeader(start, this.#segment);
      if (header === undefined || at + header.size > limit) return undefined;
      const whole = await this.#bytes(at, header.size, limit);
      if (whole.length < header.size) return undefined;
      if (decodeRecord(whole, header) !== undefined) break;
      damaged.push(readDamaged(whole, header));
      at += header.size;
    }
    this.offset = at;
    return damaged;
  }

  /**
   * Whether behind `offset`, where no valid record begins, stands one that was written when `offset` was already durable:
   * then the record here was acknowledged and has been damaged since, as it is when the disk cannot read it. Otherwise it is a tail that was never promised to anybody.
   */
  async isDamaged(limit: number): Promise<boolean> {
    if (this.#unreadable) return true;
    const broken = this.offset;
    let at = broken + 8;
    while (at + RECORD_HEADER_BYTES <= limit) {
      const chunk = await this.#bytes(at, Math.min(WINDOW_BYTES, limit - at), limit);
      const candidate = this.#findWrittenAfter(chunk, broken);
      if (candidate !== undefined) {
        const header = readRecordHeader(chunk.subarray(candidate), this.#segment)!;
        at += candidate;
        if (at + header.size <= limit) {
          const whole = await this.#bytes(at, header.size, limit);
          if (whole.length === header.size && decodeRecord(whole, header) !== undefined) return true;
        }
        at += 8;
      } else {
        if (chunk.length <= RECORD_HEADER_BYTES) return false;
        at += chunk.length - RECORD_HEADER_BYTES;
      }
    }
    return false;
  }

  /** Where in `chunk` a header of this segment begins that knows `offset` as durable. */
  #findWrittenAfter(chunk: Uint8Array, offset: number): number | undefined {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = buffer.indexOf(RECORD_MAGIC);
    while (at !== -1 && at + RECORD_HEADER_BYTES <= buffer.length) {
      const header = readRecordHeader(buffer.subarray(at), this.#segment);
      if (header !== undefined && header.durableEnd > offset) return at;
      at = buffer.indexOf(RECORD_MAGIC, at + 1);
    }
    return undefined;
  }
}
