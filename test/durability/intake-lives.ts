// Random lives of an intake on a file system that forgets what was not synced: sends, retries, failing disks and engines, crashes in
// the middle of anything. Whatever happens, everything that was acknowledged is stored exactly once and the ledger balances.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import { RecordingEngine } from './recording-engine.ts';
import type { InsertFate } from './recording-engine.ts';
import { testFrame, testKind } from './test-kind.ts';
import { VolatileFileSystem } from './volatile-file-system.ts';

const temporary = mkdtempSync(join(tmpdir(), 'holter-crash-'));
afterAll(() => rmSync(temporary, { recursive: true }));

type Action =
  | { readonly do: 'send'; readonly rows: number; readonly padding: number; readonly source: number }
  | { readonly do: 'send again'; readonly which: number }
  | { readonly do: 'refuse'; readonly rows: number }
  | { readonly do: 'tick' | 'settle' | 'flush' | 'crash' | 'drain' | 'fail commit' }
  | { readonly do: 'crash later'; readonly operations: number }
  | { readonly do: 'disk'; readonly room: number }
  | { readonly do: 'engine'; readonly fate: InsertFate };

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      rows: fc.integer({ min: 1, max: 12 }),
      padding: fc.integer({ min: 0, max: 3000 }),
      source: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send again' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), rows: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('tick' as const, 'settle' as const, 'settle' as const, 'flush' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'drain' as const, 'fail commit' as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash later' as const), operations: fc.integer({ min: 1, max: 25 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('disk' as const),
      room: fc.constantFrom(0, 5000, 50_000, 10 ** 9, 10 ** 9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('engine' as const),
      fate: fc.constantFrom<InsertFate>('done', 'done', 'answer lost', 'unavailable'),
    }),
  },
);

interface Sent {
  readonly text: string;
  readonly source: string;
  readonly bodies: readonly string[];
  acknowledged: boolean;
}

class Life {
  readonly engine = new RecordingEngine();
  readonly sent: Sent[] = [];
  readonly messages: string[] = [];
  readonly #keep: () => boolean;
  readonly #id: number;
  #files: VolatileFileSystem;
  #crashed!: Promise<'crashed'>;
  #intake: SpooledIntake | undefined;
  #tick: () => void = () => undefined;

  constructor(id: number, keep: () => boolean) {
    this.#id = id;
    this.#keep = keep;
    this.#files = new VolatileFileSystem();
    this.#watch(this.#files);
  }

  #watch(files: VolatileFileSystem): void {
    this.#crashed = new Promise((resolve) => {
      files.onCrash = () => resolve('crashed');
    });
    this.#files = files;
  }

  /** Whatever is awaited, a crash ends the wait. */
  async #orCrash<T>(promise: Promise<T>): Promise<T | 'crashed'> {
    return Promise.race([promise, this.#crashed]);
  }

  async restart(): Promise<void> {
    for (;;) {
      if (this.#intake !== undefined || this.#files.crashed) this.#watch(this.#files.afterCrash(this.#keep));
      this.#intake = undefined;
      const started = await this.#orCrash(this.#start());
      if (started !== 'crashed') {
        this.#intake = started;
        return;
      }
    }
  }

  #start(): Promise<SpooledIntake> {
    const add = (message: string): void => void this.messages.push(message);
    return SpooledIntake.start({
      spoolFolder: join(temporary, String(this.#id), 'spool'),
      quarantineFolder: join(temporary, String(this.#id), 'quarantine'),
      fileSystem: this.#files,
      kinds: [testKind],
      sink: this.engine,
      writer: this.engine,
      retention: () => ({ logs: 10n ** 18n, spans: 10n ** 18n, metrics: 10n ** 18n }),
      log: { info: add, warn: add, error: add },
      spool: { segmentBytes: 16 << 10, fullForMillis: 0, freeSpaceFloor: 0 },
      block: { maxRows: 20 },
      every: (_, run) => {
        this.#tick = run;
        return () => undefined;
      },
    });
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await nextTurn();
    if (this.#files.crashed) await this.restart();
  }

  #send(sent: Sent): void {
    const frame = testFrame(sent.text, { source: sent.source, deduplicate: true });
    this.#intake!.accept(frame).then(
      () => {
        sent.acknowledged = true;
      },
      (error: { code?: string }) => {
        if (error.code !== 'SPOOL_FULL' && error.code !== 'SPOOL_CLOSED') throw error as Error;
      },
    );
  }

  async run(step: Action): Promise<void> {
    const intake = this.#intake!;
    switch (step.do) {
      case 'send': {
        const bodies = Array.from(
          { length: step.rows },
          (_, row) => `${this.sent.length}.${row}.${'x'.repeat(step.padding)}`,
        );
        const sent = {
          text: [...bodies, 'bad row', 'old row'].join('\n'),
          source: `s${step.source}`,
          bodies,
          acknowledged: false,
        };
        this.sent.push(sent);
        this.#send(sent);
        break;
      }
      case 'send again':
        if (step.which < this.sent.length) this.#send(this.sent[step.which]!);
        break;
      case 'refuse':
        intake.refuse('s0', step.rows, 'too large');
        break;
      case 'tick':
        this.#tick();
        break;
      case 'settle':
        await this.#settle();
        break;
      case 'flush':
        intake.flush().catch(() => undefined);
        break;
      case 'crash':
        this.#files.crash();
        break;
      case 'crash later':
        this.#files.crashAt = this.#files.operations + step.operations;
        break;
      case 'drain':
        await this.#orCrash(intake.drain(20));
        this.#files.crash();
        break;
      case 'fail commit':
        this.#files.failCommits = 1;
        break;
      case 'disk':
        this.#files.capacity = this.#files.usedBytes + step.room;
        break;
      case 'engine': {
        this.engine.fate = () => step.fate;
        break;
      }
    }
    if (this.#files.crashed) await this.restart();
  }

  /** Everything works again; senders that had no answer send again. */
  async end(): Promise<SpooledIntake> {
    this.engine.fate = () => 'done';
    this.#files.crashAt = Number.POSITIVE_INFINITY;
    this.#files.failCommits = 0;
    this.#files.capacity = Number.POSITIVE_INFINITY;
    await this.#settle();
    this.#files.crash();
    await this.restart();
    for (let round = 0; round < 3 && this.sent.some(({ acknowledged }) => !acknowledged); round++) {
      for (const sent of this.sent) if (!sent.acknowledged) this.#send(sent);
      await this.#settle();
    }
    await this.#intake!.flush();
    return this.#intake!;
  }
}

let lives = 0;

export async function live(steps: readonly Action[], keeps: readonly boolean[]): Promise<void> {
  let asked = 0;
  const life = new Life(++lives, () => keeps[asked++ % keeps.length]!);
  await life.restart();
  for (const step of steps) await life.run(step);
  const intake = await life.end();
  expect(life.sent.every(({ acknowledged }) => acknowledged)).toBe(true);
  expect(life.engine.rows.map(({ body }) => body).toSorted()).toEqual(
    life.sent.flatMap(({ bodies }) => bodies).toSorted(),
  );
  expect(life.engine.mostRunning).toBeLessThanOrEqual(1);
  const places = life.engine.rows.map(({ ingester, sequence }) => `${ingester}/${sequence}`);
  expect(new Set(places).size).toBe(places.length);
  for (const row of intake.ledger()) {
    const sum =
      row.stored + row.sampledAway + row.quarantined + row.refused + row.deduplicated + row.expired + row.inSpool;
    expect({ ...row, received: sum }).toEqual(row);
    const mine = life.sent.filter(({ source }) => source === row.source);
    expect(row.inSpool).toBe(0);
    expect(row.stored).toBe(mine.flatMap(({ bodies }) => bodies).length);
    expect([row.quarantined, row.expired]).toEqual([mine.length, mine.length]);
  }
  expect(life.messages.filter((message) => message.includes('damaged'))).toEqual([]);
  await intake.drain(50);
}

const send = (rows: number, padding: number): Action => ({ do: 'send', rows, padding, source: 0 });

/** A crash at each of the first eighty operations, at work and while everything comes back from segments. */
export async function crashAtEveryOperation(keeps: readonly boolean[]): Promise<void> {
  const working = [send(8, 1000), { do: 'settle' }, send(12, 900), { do: 'settle' }, send(3, 50)] as const;
  const idle = [{ do: 'flush' }, { do: 'settle' }, { do: 'settle' }] as const;
  for (let operations = 1; operations <= 80; operations++) {
    await live([{ do: 'crash later', operations }, ...working, ...idle, ...working, ...idle], keeps);
    const away = { do: 'engine', fate: 'unavailable' } as const;
    const back = { do: 'engine', fate: 'done' } as const;
    // The same while everything comes back from segments.
    await live(
      [away, ...working, { do: 'crash' }, back, { do: 'crash later', operations }, ...idle, ...working],
      keeps,
    );
  }
}
