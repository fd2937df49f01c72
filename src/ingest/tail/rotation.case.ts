// The rotation property: a writer that appends, rotates and is watched by a tail that is killed now and then.
import { appendFile, copyFile, mkdtemp, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { Tail } from './tail.ts';
import type { TailEvent } from './tailed-path.ts';
import { MemoryIntake, until } from './tail.case.ts';

type Step =
  | { readonly do: 'write'; readonly lines: number; readonly cut: boolean }
  | { readonly do: 'rotate' }
  | { readonly do: 'pause' }
  | { readonly do: 'stop' }
  | { readonly do: 'kill'; readonly frames: number };

export type Rotation = 'rename' | 'copytruncate';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      lines: fc.integer({ min: 1, max: 30 }),
      cut: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'rotate' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'pause' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), frames: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'stop' }) },
);

class Writer {
  readonly path: string;
  readonly written: number[] = [];
  /** Numbers that stood only in the file when it was cut. */
  readonly between: number[] = [];
  /** The first number that was written since the file was cut last. */
  firstSinceCut = 0;
  #generation = 0;
  #half = '';

  constructor(path: string) {
    this.path = path;
  }

  #lines(count: number): string {
    let text = '';
    for (let i = 0; i < count; i++) {
      this.written.push(this.written.length);
      text += `{"n":${this.written.length - 1},"text":"日志 ${'x'.repeat(this.written.length % 90)}"}\n`;
    }
    return text;
  }

  /** Appends lines; with `cut`, the last one in two writes with a rest for later. */
  async write(count: number, cut: boolean): Promise<void> {
    const bytes = Buffer.from(this.#half + this.#lines(count));
    this.#half = '';
    if (!cut) return appendFile(this.path, bytes);
    const at = bytes.length - 7;
    await appendFile(this.path, bytes.subarray(0, at));
    this.#half = bytes.subarray(at).toString();
  }

  async finishLine(): Promise<void> {
    const half = this.#half;
    this.#half = '';
    if (half !== '') await appendFile(this.path, half);
  }

  async rotate(kind: Rotation): Promise<void> {
    await this.finishLine();
    if ((await stat(this.path).catch(() => undefined)) === undefined) return;
    for (let i = this.#generation; i >= 1; i--) await rename(`${this.path}.${i}`, `${this.path}.${i + 1}`);
    this.#generation++;
    if (kind === 'rename') return rename(this.path, `${this.path}.1`);
    await copyFile(this.path, `${this.path}.1`);
    if (this.written.length % 3 === 0) {
      const first = this.written.length;
      await appendFile(this.path, this.#lines(2));
      this.between.push(...this.written.slice(first));
    }
    await truncate(this.path, 0);
    this.firstSinceCut = this.written.length;
  }
}

interface Run {
  readonly events: TailEvent[];
  readonly intake: MemoryIntake;
  readonly tail: Tail;
}

async function startTail(
  path: string,
  positions: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  wide: boolean,
): Promise<Run> {
  const intake = new MemoryIntake();
  const events: TailEvent[] = [];
  for (const [source, position] of positions) intake.positions.set(source, position);
  const tail = new Tail({
    globs: [wide ? `${path}*` : path],
    intake,
    positions: new Map(positions),
    rotateWait: 80,
    joinWait: 5,
    pollInterval: 5,
    report: (event) => events.push(event),
  });
  await tail.start();
  return { intake, tail, events };
}

async function runSteps(kind: Rotation, steps: readonly Step[], wide: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holter-rotation-'));
  const writer = new Writer(join(folder, 'a.log'));
  const runs: Run[] = [await startTail(writer.path, new Map(), wide)];
  const restart = async (end: (run: Run) => Promise<void>): Promise<void> => {
    const run = runs.at(-1)!;
    await end(run);
    runs.push(await startTail(writer.path, run.intake.positions, wide));
  };
  // A tail that dies before its first frame leaves no trace of having been there.
  const isKnown = (): boolean => runs.some(({ intake }) => intake.positions.has(`tail:${writer.path}`));
  const seen = (): number[] =>
    runs.flatMap(({ intake }) => intake.records).map((text) => (JSON.parse(text) as { n: number }).n);
  // What is copied and cut before anybody has looked at it is not promised: a machine that is busy elsewhere must not make that of a
  // rotation.
  const hasBeenSeen = (): boolean => {
    const { written, firstSinceCut } = writer;
    return written.length === firstSinceCut || seen().some((n) => n >= firstSinceCut);
  };
  try {
    for (const step of steps) {
      if (step.do !== 'write' && writer.written.length > 0) await until(isKnown, 'the tail has seen the file');
      if (kind === 'copytruncate' && step.do === 'rotate') {
        // Of half a line a tail says nothing.
        await writer.finishLine();
        await until(hasBeenSeen, 'the tail has seen what is there since the last cut');
      }
      if (step.do === 'write') await writer.write(step.lines, step.cut);
      else if (step.do === 'rotate') await writer.rotate(kind);
      else if (step.do === 'pause') await new Promise((resolve) => setTimeout(resolve, 30));
      else if (step.do !== 'kill') await restart(({ tail }) => tail.stop());
      else {
        const run = runs.at(-1)!;
        run.intake.lives = step.frames;
        await new Promise((resolve) => setTimeout(resolve, 10));
        await restart(({ tail }) => tail.kill());
      }
    }
    await writer.finishLine();
    const lost = new Set(writer.between);
    const due = writer.written.filter((n) => !lost.has(n));
    await until(
      () => seen().filter((n) => !lost.has(n)).length >= due.length,
      `${due.length} of ${writer.written.length} lines came, not ${seen().length}`,
    );
    // Long enough for what would come twice to come.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const came = seen().toSorted((a, b) => a - b);
    expect(came.filter((n) => !lost.has(n))).toEqual(due);
    expect(new Set(came).size, 'nothing comes twice').toBe(came.length);
  } catch (error) {
    const seen = runs.map(({ intake, events }) => [
      intake.records.map((text) => text.slice(0, 8)),
      events,
      [...intake.positions],
    ]);
    throw new Error(`${(error as Error).message}\n${JSON.stringify(seen)}`, { cause: error });
  } finally {
    await runs.at(-1)!.tail.kill();
    await rm(folder, { recursive: true });
  }
}

/** Holds the property for that many random histories. */
export async function checkRotation(kind: Rotation, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.boolean(), (steps, wide) =>
      runSteps(kind, steps, wide),
    ),
    { numRuns: runs, endOnFailure: true },
  );
}
