// Interpreter × feature: each cell is a test on one running program, and the table is printed at the end of the run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { allInterpreters, localInterpreters, type Interpreter } from './interpreters.ts';
import { diagnose } from './planted-situations.ts';
import { runHolter } from './run-holter.ts';

const ATTEMPTS = 20;
const PAUSE_MS = 300;

interface DumpedThread {
  readonly name: string;
  readonly isUncertain: boolean;
  readonly wait?: { readonly text: string };
  readonly exceptions: readonly { readonly chain: readonly { readonly text: string }[] }[];
  readonly frames: readonly {
    readonly name: string;
    readonly shortFileName: string;
    readonly line: number;
    readonly locals: readonly { readonly name: string; readonly value: string }[];
  }[];
}

interface Dump {
  readonly version: string;
  readonly threads: readonly DumpedThread[];
  readonly tasks: readonly { readonly name: string; readonly depth: number; readonly waitsFor?: string }[];
}

/** The program under test; one dump serves many features, until somebody wants a newer one. */
class Subject {
  readonly pid: number;
  #dump: Promise<Dump> | undefined;

  constructor(pid: number) {
    this.pid = pid;
  }

  forget(): void {
    this.#dump = undefined;
  }

  dump(): Promise<Dump> {
    this.#dump ??= runHolter('dump', '--json', '-ll', String(this.pid)).then(({ stdout, stderr }) => {
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Dump;
    });
    return this.#dump;
  }

  async thread(name: string): Promise<DumpedThread> {
    const thread = (await this.dump()).threads.find((candidate) => candidate.name === name);
    if (thread === undefined) throw new Error(`no thread "${name}"`);
    return thread;
  }
}

interface Feature {
  readonly name: string;
  readonly check: (subject: Subject) => Promise<void>;
}

const features: readonly Feature[] = [
  {
    name: 'threads',
    check: async (subject) => {
      const { threads } = await subject.dump();
      expect(new Set(threads.map(({ name }) => name))).toEqual(
        new Set(['MainThread', 'taker-1', 'taker-2', '工人', 'handler', 'busy', 'loop']),
      );
    },
  },
  {
    name: 'lines',
    check: async (subject) => {
      const { frames, isUncertain } = await subject.thread('taker-1');
      expect(frames.slice(0, 1).map(({ name, shortFileName, line }) => `${name} ${shortFileName}:${line}`)).toEqual([
        'take matrix.py:25',
      ]);
      expect(isUncertain).toBe(false);
    },
  },
  {
    name: 'locals',
    check: async (subject) => {
      const { frames } = await subject.thread('工人');
      const values = Object.fromEntries(frames[0]?.locals.map(({ name, value }) => [name, value]) ?? []);
      expect(values).toMatchObject({
        password: '<redacted>',
        amounts: "{'EUR': [12.5, -3], '城市': ('北京', None, True)}",
      });
    },
  },
  {
    name: 'waits',
    check: async (subject) => {
      expect((await subject.thread('工人')).wait?.text).toMatch(/^recv from 127\.0\.0\.1:\d+ \(local/);
      expect((await subject.thread('taker-1')).wait?.text).toMatch(
        /^RLock other at .*, held by thread "taker-2" \(\d+\)/,
      );
      expect((await subject.thread('taker-2')).wait?.text).toMatch(
        /^Lock other at .*, held by thread "taker-1" \(\d+\)/,
      );
      expect((await subject.thread('MainThread')).wait?.text).toMatch(/^sleep/);
    },
  },
  {
    name: 'why',
    check: async (subject) => {
      expect((await diagnose(subject.pid))[0]?.summary).toMatch(
        /^deadlock of 2 threads: thread "taker-\d" .*take\); thread "taker-\d"/,
      );
    },
  },
  {
    name: 'exceptions',
    check: async (subject) => {
      const { exceptions } = await subject.thread('handler');
      expect(exceptions[0]?.chain.map(({ text }) => text)).toEqual(['ValueError: no price', 'KeyError: 4711']);
    },
  },
  {
    name: 'asyncio',
    check: async (subject) => {
      const { tasks } = await subject.dump();
      expect(tasks.map(({ name, depth, waitsFor }) => `${depth} ${name} ${waitsFor}`)).toEqual([
        '0 Task-1 2 tasks: Task-2, Task-3',
        '1 Task-2 sleep(1000)',
        '1 Task-3 sleep(2000)',
      ]);
    },
  },
  {
    name: 'heap',
    check: async (subject) => {
      const { stdout } = await runHolter('heap', '--json', '--pause', String(subject.pid));
      const census = JSON.parse(stdout) as { brokenLists: number; types: { name: string; count: number }[] };
      expect(census.brokenLists).toBe(0);
      expect(census.types.find(({ name }) => name === 'Order')?.count).toBe(1000);
      expect(census.types.find(({ name }) => name === 'str')?.count).toBeGreaterThan(1000);
    },
  },
  {
    name: 'refs',
    check: async (subject) => {
      const { stdout } = await runHolter('heap', '--refs', 'Order', String(subject.pid));
      expect(stdout).toMatch(/ {2}module __main__\S* at 0x[0-9a-f]+\n[^]*\["?'?orders/);
    },
  },
  {
    name: 'record',
    check: async (subject) => {
      const file = join(mkdtempSync(join(tmpdir(), 'holter-')), 'x.folded');
      onTestFinished(() => rmSync(dirname(file), { recursive: true, force: true }));
      const { code } = await runHolter('record', '-q', '-d', '0.7', '-o', file, String(subject.pid));
      expect(code).toBe(0);
      expect(readFileSync(file, 'utf8')).toMatch(/compute \(matrix\.py:\d+\) \d+/);
    },
  },
];

type Cell = 'ok' | 'changed' | 'FAILED' | 'skipped';

function printTable(
  rows: ReadonlyMap<Interpreter, { version: string; cells: Map<string, Cell>; reason: string }>,
): void {
  const wide = Math.max(...features.map(({ name }) => name.length)) + 1;
  const lines = [
    `${'interpreter'.padEnd(16)}${'version'.padEnd(12)}${features.map(({ name }) => name.padEnd(wide)).join('')}`,
  ];
  for (const [{ name }, { version, cells, reason }] of rows) {
    const marks = features.map((feature) => (cells.get(feature.name) ?? 'skipped').padEnd(wide)).join('');
    lines.push(`${name.padEnd(16)}${(version || '–').padEnd(12)}${version === '' ? `skipped: ${reason}` : marks}`);
  }
  console.log(['the version matrix', ...lines].join('\n'));
}

const messageOf = (error: unknown): string => (error as Error).message;

/** Declares the tests of the matrix; prints it when they have run. */
export function testMatrix(kind: 'local' | 'all'): void {
  const rows = new Map<Interpreter, { version: string; cells: Map<string, Cell>; reason: string }>();
  afterAll(() => printTable(rows));
  describe.each(kind === 'all' ? allInterpreters : localInterpreters)('$name', (interpreter) => {
    test('every feature', async (context: TestContext) => {
      const row = { version: '', cells: new Map<string, Cell>(), reason: '' };
      rows.set(interpreter, row);
      const skippable = {
        skip: (note?: string): never => {
          row.reason = note ?? '';
          return context.skip(note) as never;
        },
      } as Pick<TestContext, 'skip'>;
      row.version = interpreter.version(skippable);
      const target = interpreter.start(skippable, 'matrix.py');
      await target.saw('ready');
      const subject = new Subject(target.pid);
      const problems: string[] = [];
      for (const { name, check } of features) {
        // What has just begun to wait may not stand there yet.
        let problem = await check(subject).then(() => undefined, messageOf);
        for (let attempt = 1; problem !== undefined && attempt < ATTEMPTS; attempt++) {
          await sleep(PAUSE_MS);
          subject.forget();
          problem = await check(subject).then(() => undefined, messageOf);
        }
        row.cells.set(name, problem === undefined ? 'ok' : interpreter.isUnstable ? 'changed' : 'FAILED');
        if (problem !== undefined) problems.push(`${name}: ${problem}`);
      }
      if (interpreter.isUnstable && problems.length > 0)
        console.warn(`${interpreter.name} ${row.version}: ${problems.join('\n')}`);
      else expect(problems).toEqual([]);
    });
  });
}
