// For tests: an intake that keeps records in memory, and can be full or die.
import { CodedError } from '../../base/coded-error.ts';
import type { Accepted, FrameInput, Intake } from '../intake.ts';
import { readLineIndex } from '../lines/frame-body.ts';

const decoder = new TextDecoder();

/** The records of a frame of lines. */
export function recordsOf(frame: FrameInput): string[] {
  const index = readLineIndex(frame.body);
  if (index === undefined) throw new Error('a frame that is not whole');
  let at = index.start;
  return Array.from(index.lengths, (length) => {
    const record = decoder.decode(frame.body.subarray(at, at + length));
    at += length + 1;
    return record;
  });
}

export class MemoryIntake implements Intake {
  readonly frames: FrameInput[] = [];
  readonly positions = new Map<string, Readonly<Record<string, unknown>>>();
  /** Asks to come again this many times. */
  full = 0;
  /** Frames that are still taken before it dies. */
  lives = Infinity;

  get records(): string[] {
    return this.frames.flatMap(recordsOf);
  }

  async accept(frame: FrameInput): Promise<Accepted> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.lives-- <= 0) throw new CodedError('DEAD', 500, 'the process was killed');
    if (this.full > 0) {
      this.full--;
      throw new CodedError('SPOOL_FULL', 503, 'the spool is full', { retryAfterSeconds: 0.001 });
    }
    this.frames.push(frame);
    // As a spool would keep it.
    if (frame.position !== undefined) {
      this.positions.set(frame.source, JSON.parse(JSON.stringify(frame.position)) as Record<string, unknown>);
    }
    const rows = recordsOf(frame).length;
    const counts = { received: rows, stored: rows, quarantined: 0, refused: 0, expired: 0, sampledAway: 0, clamped: 0 };
    return { counts, quarantine: [], duplicate: false };
  }

  refuse(): void {
    // Nothing is refused in these tests.
  }
}

/** Resolves when `holds` says so; rejects after a minute. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
