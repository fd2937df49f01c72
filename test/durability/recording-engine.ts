// A store that keeps block tokens and the rows that came with each, and takes a token once, as the real one does.
import { CodedError } from '../../src/base/coded-error.ts';
import type { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import type { BlockFile, BlockSink, InsertOutcome } from '../../src/storage/ports/block-sink.ts';
import type { BlockWriter } from '../../src/storage/ports/block-writer.ts';

/** What happens to an insert: done · done, but the answer is lost · not done · refused for good. */
export type InsertFate = 'done' | 'answer lost' | 'unavailable' | 'refused';

export interface StoredRow {
  readonly body: string;
  readonly ingester: number;
  readonly sequence: bigint;
}

export class RecordingEngine implements BlockSink, BlockWriter {
  readonly blocks = new Map<string, readonly StoredRow[]>();
  readonly #files = new Map<string, readonly StoredRow[]>();
  /** Says what becomes of the next insert. */
  fate: (token: string) => InsertFate = () => 'done';
  /** Inserts that are under way now, and the most there ever were. */
  running = 0;
  mostRunning = 0;

  get rows(): StoredRow[] {
    return [...this.blocks.values()].flat();
  }

  async write(block: TelemetryBlock, folder: string, name: string): Promise<BlockFile[]> {
    const { logs } = block;
    if (logs.rows === 0) return [];
    const rows = Array.from({ length: logs.rows }, (_, row) => ({
      body: logs.body.get(row),
      ingester: logs.ingester.get(row),
      sequence: logs.sequence.get(row),
    }));
    const path = `${folder}/${name}.logs`;
    this.#files.set(path, rows);
    return [{ table: 'logs', path, rows: rows.length, bytes: 0 }];
  }

  async insert(token: string, files: readonly BlockFile[]): Promise<InsertOutcome> {
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await Promise.resolve();
      const fate = this.fate(token);
      if (fate === 'unavailable') throw new CodedError('STORE_UNAVAILABLE', 503, 'the store is away');
      if (fate === 'refused') throw new CodedError('BLOCK_REFUSED', 400, 'the store does not take this block');
      const rows = files.flatMap(({ path }) => this.#files.get(path) ?? []);
      if (!this.blocks.has(token)) this.blocks.set(token, rows);
      if (fate === 'answer lost') throw new CodedError('STORE_UNAVAILABLE', 503, 'the store went away');
      return { kind: 'stored' };
    } finally {
      this.running--;
    }
  }
}
