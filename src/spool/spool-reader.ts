// Reads the spool from a place on, over all its segments, up to what is durable now; later calls read on.
import type { Log } from '../base/log.ts';
import type { FileSystem, SpoolFile } from './file-system.ts';
import type { SpoolRecord } from './record.ts';
import { RecordReader } from './record-reader.ts';
import { setAside } from './recover.ts';
import type { CheckpointBody, Segment, SpoolPlace } from './segment.ts';

export interface SpoolReaderOptions {
  readonly fileSystem: FileSystem;
  readonly quarantineFolder: string;
  readonly log: Log;
}

/** A record and the place behind it; without a record: bytes here were damaged, are in quarantine, and reading goes on behind them. */
export interface SpoolItem {
  readonly record: SpoolRecord | undefined;
  readonly place: SpoolPlace;
}

interface OpenSegment {
  readonly segment: Segment;
  readonly file: SpoolFile;
  readonly reader: RecordReader;
}

const decoder = new TextDecoder();

export class SpoolReader {
  readonly #options: SpoolReaderOptions;
  readonly #segments: () => readonly Segment[];
  #from: SpoolPlace;
  #open: OpenSegment | undefined;

  /** Reads from behind `from`; without it from the oldest record on. */
  constructor(spool: { readonly segments: readonly Segment[] }, options: SpoolReaderOptions, from?: SpoolPlace) {
    this.#options = options;
    this.#segments = () => spool.segments;
    this.#from = from ?? { segment: 0, offset: 0 };
  }

  /** The next item; undefined when everything durable was read. The record's body is valid until the next call. */
  async next(): Promise<SpoolItem | undefined> {
    for (;;) {
      const open = this.#open ?? (await this.#openNext());
      if (open === undefined) return undefined;
      const { segment, file, reader } = open;
      const limit = await this.#endOf(segment);
      if (reader.offset < limit) {
        const record = await reader.next(limit);
        if (record === undefined) {
          const { offset } = reader;
          const isEnd = segment.endIsGuess && !(await reader.isDamaged(limit));
          if (isEnd || (await reader.stepOver(limit)) === undefined) reader.offset = limit;
          if (isEnd) continue;
          await setAside(this.#options, segment, file, offset, reader.offset);
        }
        this.#from = { segment: segment.id, offset: reader.offset };
        return { record, place: this.#from };
      }
      if (this.#segments().at(-1)!.id <= segment.id) return undefined;
      await this.close();
      this.#from = { segment: segment.id + 1, offset: 0 };
    }
  }

  async #openNext(): Promise<OpenSegment | undefined> {
    const segment = this.#segments().find(({ id }) => id >= this.#from.segment);
    if (segment === undefined) return undefined;
    const file = await this.#options.fileSystem.open(segment.path);
    const offset = segment.id === this.#from.segment ? this.#from.offset : 0;
    this.#open = { segment, file, reader: new RecordReader(file, segment.id, offset) };
    return this.#open;
  }

  /** Where `segment` ends: we wrote it, or the segment behind it says so. */
  async #endOf(segment: Segment): Promise<number> {
    if (segment.end !== undefined) return segment.end;
    const next = this.#segments().find(({ id }) => id > segment.id);
    let end: number | undefined;
    if (next !== undefined) {
      const file = await this.#options.fileSystem.open(next.path);
      const checkpoint = await new RecordReader(file, next.id).next(next.capacity);
      await file.close();
      if (checkpoint !== undefined) {
        const { previous } = JSON.parse(decoder.decode(checkpoint.body)) as CheckpointBody;
        if (previous?.segment === segment.id) end = previous.end;
      }
    }
    segment.endIsGuess = end === undefined;
    segment.end = end ?? segment.capacity;
    return segment.end;
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = undefined;
  }
}
