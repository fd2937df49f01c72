// An Intake that keeps everything in one block in memory; it can be told to refuse.
import type { CodedError } from '../../src/base/coded-error.ts';
import type { Accepted, FrameInput, FrameKind, Intake } from '../../src/ingest/intake.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';

export class MemoryIntake implements Intake {
  readonly block = new TelemetryBlock();
  readonly frames: FrameInput[] = [];
  readonly refusals: { source: string; rows: number; reason: string }[] = [];
  /** Thrown by the next `accept`s. */
  failure: CodedError | undefined;
  expiredBefore = { logs: 0n, spans: 0n, metrics: 0n };
  readonly #kinds: ReadonlyMap<string, FrameKind>;

  constructor(kinds: readonly FrameKind[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  accept(frame: FrameInput): Promise<Accepted> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const kind = this.#kinds.get(frame.kind);
    if (kind === undefined) return Promise.reject(new Error(`no kind ${frame.kind}`));
    const context = { source: frame.source, received: frame.received, meta: {}, expiredBefore: this.expiredBefore };
    const marks = markBlock(this.block);
    try {
      const outcome = kind.decode(frame.body, context, this.block);
      this.frames.push({ ...frame, body: frame.body.slice() });
      return Promise.resolve({ ...outcome, duplicate: false });
    } catch (error) {
      cutBack(this.block, marks);
      return Promise.reject(error as Error);
    }
  }

  refuse(source: string, rows: number, reason: string): void {
    this.refusals.push({ source, rows, reason });
  }
}

const batchNames = [
  'resources',
  'streams',
  'logs',
  'spans',
  'series',
  'samples',
  'histograms',
  'exemplars',
  'metadata',
] as const;

/** The rows that every batch of the block has now. */
export function markBlock(block: TelemetryBlock): readonly number[] {
  return batchNames.map((name) => block[name].rows);
}

/** Forgets what came after the mark. */
export function cutBack(block: TelemetryBlock, marks: readonly number[]): void {
  batchNames.forEach((name, index) => block[name].truncate(marks[index]!));
}
