// What could not be understood or stored, with the reason: rows as JSON lines in two files that replace each other, and blocks that
// the engine refuses as files of spool records. Both are bounded; the ledger counts what is here.
import { appendFile, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { encodeRecordHeader } from '../spool/record.ts';
import type { SpoolReader } from '../spool/spool-reader.ts';
import { BOUNDARY } from './spool-records.ts';
import type { BoundaryBody } from './spool-records.ts';
import { Turn } from './turn.ts';

const ROWS_FILE = 'rows.jsonl';
const OLD_ROWS_FILE = 'rows.old.jsonl';
const MAX_ROWS_FILE_BYTES = 8 << 20;
const MAX_SAMPLE_BYTES = 1024;
const MAX_WAITING_ROWS = 1000;
const MAX_RECENT = 100;
const DEFAULT_LIMIT_BYTES = 2 ** 30;

export interface QuarantinedRow {
  /** Unix ms. */
  readonly at: number;
  readonly source: string;
  readonly reason: string;
  readonly sample: string;
}

export class Quarantine {
  readonly #folder: string;
  readonly #limitBytes: number;
  readonly #log: Log;
  readonly #write: Turn;
  #waiting: QuarantinedRow[] = [];
  readonly #recent: QuarantinedRow[] = [];

  constructor(folder: string, log: Log, limitBytes = DEFAULT_LIMIT_BYTES) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
    this.#log = log;
    this.#write = new Turn((error) => log.warn(`writing to the quarantine folder ${folder}: ${String(error)}`));
  }

  /** The newest rows, newest last. */
  get recent(): readonly QuarantinedRow[] {
    return this.#recent;
  }

  /** Keeps a sample of a row. Under a flood of them not all are kept. */
  row(source: string, reason: string, sample: Uint8Array | string, at: number = Date.now()): void {
    const text = typeof sample === 'string' ? sample : new TextDecoder().decode(sample.subarray(0, MAX_SAMPLE_BYTES));
    const row = { at, source, reason, sample: text.slice(0, MAX_SAMPLE_BYTES) };
    this.#recent.push(row);
    if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    if (this.#waiting.length >= MAX_WAITING_ROWS) return;
    this.#waiting.push(row);
    this.#write.run(() => this.#writeRows());
  }

  async #writeRows(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting.map((row) => `${JSON.stringify(row)}\n`).join('');
    this.#waiting = [];
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, ROWS_FILE);
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MAX_ROWS_FILE_BYTES) await rename(path, join(this.#folder, OLD_ROWS_FILE));
    await appendFile(path, lines);
  }

  /**
   * Keeps a block that the engine refused: `block-TOKEN.spool` holds its frames as the spool's records, `block-TOKEN.json` the
   * reason. `reader` stands before its first frame and is closed afterwards.
   */
  async block(token: string, boundary: BoundaryBody, reason: string, reader: SpoolReader): Promise<void> {
    const name = join(this.#folder, `block-${token}`);
    try {
      await mkdir(this.#folder, { recursive: true });
      const room = this.#limitBytes - (await folderBytes(this.#folder));
      const frames = await collectRecords(reader, boundary.block, room);
      await writeFile(
        `${name}.json`,
        `${JSON.stringify({ token, reason, ...boundary, framesKept: frames !== undefined })}\n`,
      );
      if (frames !== undefined) await writeFile(`${name}.spool`, frames);
      else this.#log.error(`the quarantine folder ${this.#folder} is full: the frames of block ${token} are not kept`);
    } catch (error) {
      this.#log.error(`keeping the refused block ${token} in ${this.#folder}: ${String(error)}`);
    } finally {
      await reader.close();
    }
  }
}

async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}

/** All records up to the boundary of `block`; undefined when they are larger than `limit`. */
async function collectRecords(reader: SpoolReader, block: number, limit: number): Promise<Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = [];
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  let size = 0;
  for (let item = await reader.next(); item !== undefined; item = await reader.next()) {
    if (item.record === undefined) continue;
    const { type, number, head, body } = item.record;
    const headBytes = encoder.encode(JSON.stringify(head));
    const whole = Buffer.concat([encodeRecordHeader(type, number, headBytes, body, 0, 0), headBytes, body]);
    const padded = Buffer.alloc(Math.ceil(whole.length / 8) * 8);
    whole.copy(padded);
    size += padded.length;
    if (size > limit) return undefined;
    chunks.push(padded);
    if (type === BOUNDARY && (JSON.parse(decoder.decode(body)) as BoundaryBody).block === block) break;
  }
  return chunks;
}
