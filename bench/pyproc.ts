// Looking into Python processes, beside py-spy in the same run: what it costs the program and us, how sure the stacks are, and how
// long the commands take. `node bin/run.js bench/pyproc.ts [--quick] [sampling|stacks|commands…]` writes docs/bench/pyproc.md unless it was
// quick or only a part; needs `npm test` to have set up py-spy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { censusStacks } from '../test/support/stack-census.ts';
import { findPythons } from '../tools/find-pythons.ts';
import { readProvisions } from '../tools/test-setup.ts';
import { timeCensus, timeCore, timeDumps, type Timing } from './pyproc/commands.ts';
import { ownRecorder, pySpyRecorder } from './pyproc/program.ts';
import { measureCell, type Cell, type CellResult } from './pyproc/slowdown.ts';

const quick = process.argv.includes('--quick');
const PAIRS = quick ? 2 : 12;
const PEER_PAIRS = quick ? 1 : 3;
const WINDOW_SECONDS = quick ? 0.3 : 0.7;
const ROUNDS = quick ? 2 : 7;
const LOOKS = quick ? 1000 : 5000;
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'holter-bench-'));
const page: string[] = [];
const say = (line = ''): void => {
  page.push(line);
  console.log(line);
};

const pythons = findPythons();
const provision = readProvisions().get('pyspy');
if (provision?.ok !== true) throw new Error(`py-spy: ${provision?.reason ?? 'npm test sets it up'}`);
const pySpy = join(dirname(provision.path), 'py-spy');
const pythonOf = (version: string): string => {
  const path = pythons.get(version);
  if (path === undefined) throw new Error(`Python ${version} is not under pyenv`);
  return path;
};
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const verdict = (holds: boolean): string => (holds ? 'met' : '**missed**');

const cells: Cell[] = [1, 250].flatMap((threads) =>
  [10, 100].flatMap((frames) => [100, 1000].map((rate) => ({ threads: threads - 1, frames, rate }))),
);

async function reportSlowdown(): Promise<void> {
  say('## Sampling: slowdown of the program, and CPU of the observer');
  say();
  say(
    `CPython 3.11, a computing main thread; the other threads wait. ${PAIRS} interleaved pairs of windows of ${WINDOW_SECONDS} s with and`,
  );
  say(
    `without us, ${PEER_PAIRS} with py-spy. By the clock, and for each CPU second of the program (which also holds when the machine is`,
  );
  say(
    'busy otherwise): median, and in brackets the 95 % upper bound of the median. Bars: median ≤ 1.02, bound ≤ 1.05, our CPU ≤ py-spy’s,',
  );
  say('and ≤ 25 % of a core with 250 threads at 100 Hz.');
  say();
  say(
    '| threads | frames | Hz | slowdown | for each CPU second | our CPU | py-spy: slowdown | py-spy: CPU | slowdown bar | CPU bar |',
  );
  say('|---|---|---|---|---|---|---|---|---|---|');
  const python = pythonOf('3.11');
  for (const cell of cells) {
    const own = await measureCell(python, cell, ownRecorder, PAIRS, WINDOW_SECONDS, join(folder, 'own.folded'));
    const peer = await measureCell(
      python,
      cell,
      pySpyRecorder(pySpy),
      PEER_PAIRS,
      WINDOW_SECONDS,
      join(folder, 'peer.folded'),
    );
    say(rowOf(cell, own, peer));
  }
  say();
}

function rowOf(cell: Cell, own: CellResult, peer: CellResult): string {
  const isLight = cell.threads < 249 || cell.rate > 100 || own.cpu <= 0.25;
  return [
    '',
    cell.threads + 1,
    cell.frames,
    cell.rate,
    `${own.slowdown.toFixed(3)} (${own.slowdownBound.toFixed(3)})`,
    `${own.cpuSlowdown.toFixed(3)} (${own.cpuSlowdownBound.toFixed(3)})`,
    percent(own.cpu),
    peer.slowdown.toFixed(2),
    percent(peer.cpu),
    verdict(own.slowdown <= 1.02 && own.slowdownBound <= 1.05),
    verdict(own.cpu <= peer.cpu && isLight),
    '',
  ]
    .join(' | ')
    .trim();
}

async function reportStacks(): Promise<void> {
  say('## How sure the stacks are');
  say();
  say(
    `${LOOKS} looks at each program while it runs on; the programs are in test/targets/ping_pong.py, and all but the first change their`,
  );
  say(
    'stack without ever waiting. First the share of looks whose stack was sure, then how many of those are impossible.',
  );
  say();
  const shapes = ['ordinary', 'flat', 'deep', 'generators', 'dispatched', 'nested', 'recompiled'];
  say(`| Python | ${shapes.join(' | ')} |`);
  say(`|---|${shapes.map(() => '---|').join('')}`);
  for (const [version, python] of pythons) {
    if (Number(version.split('.')[1]) < 8 || version.startsWith('2.')) continue;
    const row: string[] = [];
    for (const shape of shapes) {
      const script = join(root, 'test/targets/ping_pong.py');
      const child = spawn(python, [script, shape], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      const { sure, impossible } = censusStacks(child.pid!, LOOKS);
      child.kill('SIGKILL');
      row.push(`${percent(sure / LOOKS)}, ${impossible}`);
    }
    say(`| ${version} | ${row.join(' | ')} |`);
  }
  say();
}

const format = ({ wallMs, cpuMs }: Timing): string => `${wallMs.toFixed(0)} ms (${cpuMs.toFixed(0)} ms CPU)`;

async function reportDumps(): Promise<void> {
  say('## Commands');
  say();
  say(`Whole commands from start to end, Node included; medians of ${ROUNDS}, CPU on average.`);
  say();
  say('| | holter | py-spy | bar | |');
  say('|---|---|---|---|---|');
  for (const threads of [0, 249]) {
    const { own, peer, attachMs } = await timeDumps(pythonOf('3.11'), pySpy, threads, ROUNDS);
    const name = `\`dump\`, ${threads + 1} thread${threads === 0 ? '' : 's'}`;
    const bar = threads === 0 ? 150 : 185;
    say(`| ${name} | ${format(own)} | ${format(peer)} | ${bar} ms | ${verdict(own.wallMs <= bar)} |`);
    say(
      `| attached to first stack, ${threads + 1} thread${threads === 0 ? '' : 's'}, Node already running | ${attachMs.toFixed(1)} ms | | | |`,
    );
  }
  for (const millions of quick ? [1] : [1, 6]) {
    const { lists, pools } = await timeCensus(pythonOf('3.11'), millions * 1_000_000, quick ? 1 : 3);
    const hasBar = millions === 1;
    say(
      `| \`heap --no-pools\`, ${millions} M objects | ${format(lists)} | | ${hasBar ? `500 ms | ${verdict(lists.wallMs <= 500)}` : ' | '} |`,
    );
    say(
      `| \`heap\`, ${millions} M objects | ${format(pools)} | | ${hasBar ? `1500 ms | ${verdict(pools.wallMs <= 1500)}` : ' | '} |`,
    );
  }
  const core = await timeCore(pythonOf('3.11'), quick ? 2e8 : 2e9, quick ? 1 : 3);
  if (typeof core === 'string') say(`| \`core\` | not measured: ${core} | | 3000 ms | |`);
  else {
    const size = `${(core.bytes / 1e9).toFixed(1)} GB`;
    say(`| \`core\`, ${size} | ${format(core.timing)} | | 3000 ms | ${verdict(core.timing.wallMs <= 3000)} |`);
  }
}

say('# Looking into Python processes');
say();
const processors = cpus();
say(
  `Written by \`bench/pyproc.ts\`${quick ? ' --quick' : ''}. ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, Linux ${release()}, Node ${process.version}, py-spy 0.4.3.`,
);
say();
const parts = { sampling: reportSlowdown, stacks: reportStacks, commands: reportDumps };
const wanted = process.argv.slice(2).filter((word) => word !== '--quick');
try {
  for (const [name, report] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await report();
} finally {
  rmSync(folder, { recursive: true });
}
if (!quick && wanted.length === 0) writeFileSync(join(root, 'docs/bench/pyproc.md'), `${page.join('\n')}\n`);
