// `holter top`: a live table of the functions in which a Python process spends its time.
import { readCommandLine } from '../../pyproc/procfs/process-status.ts';
import { Sampler, type SamplerCounters } from '../../pyproc/sampler/sampler.ts';
import type { SampleOptions } from '../../pyproc/sampler/process-sampler.ts';
import { readArguments, WrongUse } from '../command.ts';
import { NATIVE_REFUSED } from '../output/argument-error.ts';
import { printable } from '../output/palette.ts';
import { computeTopRows, formatTop, type TopOrder, type TopRow, type TopView } from '../output/top-table.ts';
import { emptyMeta, type Profile } from '../../profile/profile.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { selectProcess } from '../target/select-process.ts';
import { startTarget, waitForPython, type StartedProgram } from '../target/start-target.ts';

export const HELP = `usage: holter top [options] PID|PATTERN
       holter top [options] -- python app.py

  -p, --pid PID       the process, like the plain word
  -r, --rate HZ       samples per second, 1 to 1000 (default 100)
      --delay SECONDS between two screens (default 1)
  -g, --gil           only threads that hold the GIL
  -i, --idle          threads that wait, too
  -s, --subprocesses  also the processes that it starts
  -F, --function      functions, not lines
      --full-filenames
      --once          one table after --delay, as plain text
      --nonblocking   accepted: reading never pauses

Keys: 1 %own · 2 %total · 3 own time · 4 total time · l functions or lines · r reset · ? help · q quit

Exit codes: 0 done, 2 wrong use, 3 the process cannot be reached or read.`;

const ORDERS: readonly TopOrder[] = ['own-recent', 'total-recent', 'own', 'total'];
const MAX_RATE = 1000;
const CTRL_C = '\u0003';

function parse(args: readonly string[]) {
  return readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      pid: { type: 'string', short: 'p' },
      rate: { type: 'string', short: 'r' },
      delay: { type: 'string' },
      gil: { type: 'boolean', short: 'g' },
      idle: { type: 'boolean', short: 'i' },
      subprocesses: { type: 'boolean', short: 's' },
      function: { type: 'boolean', short: 'F' },
      'full-filenames': { type: 'boolean' },
      once: { type: 'boolean' },
      native: { type: 'boolean', short: 'n' },
      nonblocking: { type: 'boolean' },
    },
  });
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const dashes = args.indexOf('--');
  const { values, positionals } = parse(dashes === -1 ? args : args.slice(0, dashes));
  if (values.native === true) throw new WrongUse(NATIVE_REFUSED);
  const rate = Number(values.rate ?? 100);
  const delay = Number(values.delay ?? 1);
  if (!(rate >= 1 && rate <= MAX_RATE))
    throw new WrongUse(`expected a rate of 1 to ${MAX_RATE} per second, got "${values.rate}"`);
  if (!(delay >= 0.1 && delay <= 3600))
    throw new WrongUse(`expected 0.1 to 3600 seconds after --delay, got "${values.delay}"`);
  let started: StartedProgram | undefined;
  let pid: number;
  if (dashes === -1) {
    pid = selectProcess(values.pid ?? positionals[0]);
  } else {
    started = await startTarget(args.slice(dashes + 1), true);
    if (started === undefined) return 3;
    pid = started.pid;
    if (!(await waitForPython(started))) {
      console.error('holter top: the program ended before a Python interpreter was seen in it');
      return 3;
    }
  }
  let mode: SampleOptions['mode'] = 'cpu';
  if (values.gil === true) mode = 'gil';
  else if (values.idle === true) mode = 'wall';
  const options: SampleOptions = {
    mode,
    threads: false,
    functions: values.function === true,
    noLines: false,
    fullPaths: values['full-filenames'] === true,
  };
  const subprocesses = values.subprocesses === true;
  const code = await new TopScreen(
    pid,
    rate,
    delay,
    options,
    subprocesses,
    values.once === true || !process.stdout.isTTY,
  ).run();
  started?.stop();
  return code;
}

/** What was sampled until a moment. */
interface Moment {
  readonly profile: Profile;
  readonly counters: SamplerCounters;
}

const BEGINNING: Moment = {
  profile: {
    meta: emptyMeta,
    frames: [],
    parents: new Int32Array(1),
    nodeFrames: new Int32Array(1),
    selfs: new Float64Array(1),
  },
  counters: {
    samples: 0,
    late: 0,
    uncertain: 0,
    failed: 0,
    withGil: 0,
    active: 0,
    looks: 0,
    threads: 0,
    processes: 0,
  },
};

const minus = (row: TopRow, base: TopRow | undefined): TopRow => ({
  label: row.label,
  own: row.own - (base?.own ?? 0),
  total: row.total - (base?.total ?? 0),
});

/** A terminal that nobody told its size says 0. */
function terminalSize(): { rows: number; columns: number } {
  return { rows: process.stdout.rows || 24, columns: process.stdout.columns || 80 };
}

/** Shows the table again and again until it is told to stop or the process ends. */
class TopScreen {
  readonly #pid: number;
  readonly #rate: number;
  readonly #command: string;
  readonly #sampler: Sampler;
  readonly #once: boolean;
  readonly #functionsOnly: boolean;
  #byFunction: boolean;
  #showsKeys = false;
  #isTold = false;
  #order: TopOrder = 'own-recent';
  #reset = BEGINNING;
  #last = BEGINNING;
  #now = BEGINNING;

  constructor(pid: number, rate: number, delay: number, options: SampleOptions, subprocesses: boolean, once: boolean) {
    this.#pid = pid;
    this.#rate = rate;
    this.#once = once;
    this.#functionsOnly = options.functions;
    this.#byFunction = options.functions;
    this.#command = printable(readCommandLine(pid).join(' '));
    const durationSeconds = once ? delay : Infinity;
    this.#sampler = new Sampler({
      pid,
      rate,
      durationSeconds,
      subprocesses,
      options,
      title: '',
      snapshotMs: once ? 0 : delay * 1000,
    });
    this.#sampler.onSnapshot = (profile, counters): void => {
      this.#last = this.#now;
      this.#now = { profile, counters };
      this.#show();
    };
  }

  #stop(): void {
    this.#isTold = true;
    this.#sampler.stop();
  }

  async run(): Promise<number> {
    const stop = (): void => this.#stop();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const keys = this.#once ? undefined : (key: Buffer): void => this.#onKey(key.toString());
    if (keys !== undefined) {
      process.stdout.write('\u001B[?1049h\u001B[?25l');
      if (process.stdin.isTTY) process.stdin.setRawMode(true);
      process.stdin.on('data', keys);
    }
    const result = await this.#sampler.finished;
    if (keys !== undefined) {
      process.stdin.off('data', keys).pause();
      if (process.stdin.isTTY) process.stdin.setRawMode(false);
      process.stdout.write('\u001B[?25h\u001B[?1049l');
    }
    process.off('SIGINT', stop).off('SIGTERM', stop);
    if (!result.ok) {
      reportAttachError(result.error);
      return 3;
    }
    if (this.#once) {
      this.#now = { profile: result.value, counters: this.#sampler.read() };
      console.log(this.#lines(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).join('\n'));
    } else if (!this.#isTold) {
      // The screen is gone: what it said last is worth keeping.
      const { rows, columns } = terminalSize();
      console.log(this.#lines(rows - 2, columns).join('\n'));
      console.error(`process ${this.#pid} has ended`);
    }
    return 0;
  }

  #onKey(key: string): void {
    const order = ORDERS[Number(key) - 1];
    if (order !== undefined) this.#order = order;
    else if (key === 'q' || key === 'Q' || key === CTRL_C) this.#stop();
    else if (key === 'r' || key === 'R') this.#reset = this.#now;
    else if (key === '?') this.#showsKeys = !this.#showsKeys;
    else if ((key === 'l' || key === 'L') && !this.#functionsOnly) this.#byFunction = !this.#byFunction;
    else return;
    this.#show();
  }

  get #hint(): string {
    if (this.#once && this.#sampler.read().samples > 0) return '';
    if (this.#once) return 'no thread was on a CPU meanwhile; --idle counts threads that wait, too';
    return this.#showsKeys
      ? '1 %own  2 %total  3 own time  4 total time  l functions/lines  r reset  q quit'
      : '? keys  q quit';
  }

  #rowsOf({ profile }: Moment): ReadonlyMap<string, TopRow> {
    return new Map(computeTopRows(profile, this.#byFunction).map((row) => [row.label, row]));
  }

  #lines(rows: number, columns: number): string[] {
    const [now, last, reset] = [this.#now, this.#last, this.#reset];
    const [nowRows, lastRows, resetRows] = [this.#rowsOf(now), this.#rowsOf(last), this.#rowsOf(reset)];
    const looks = now.counters.looks - last.counters.looks;
    const share = (name: 'withGil' | 'active'): number =>
      looks === 0 ? 0 : (now.counters[name] - last.counters[name]) / looks;
    const sinceReset = (name: 'samples' | 'uncertain' | 'late'): number => now.counters[name] - reset.counters[name];
    const view: TopView = {
      command: this.#command,
      rate: this.#rate,
      all: [...nowRows.values()].map((row) => minus(row, resetRows.get(row.label))).filter((row) => row.total > 0),
      recent: new Map([...nowRows].map(([label, row]) => [label, minus(row, lastRows.get(label))])),
      recentLooks: looks,
      gilShare: share('withGil'),
      activeShare: share('active'),
      threads: now.counters.threads,
      processes: now.counters.processes,
      samples: sinceReset('samples'),
      uncertain: sinceReset('uncertain'),
      late: sinceReset('late'),
      order: this.#order,
      hint: this.#hint,
    };
    return formatTop(view, rows, columns).map(printable);
  }

  #show(): void {
    const { rows, columns } = terminalSize();
    process.stdout.write(`\u001B[H\u001B[2J${this.#lines(rows, columns).join('\r\n')}`);
  }
}
