// `holter record`, `top` and `flamegraph` as whole programs.
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { needPython, startProgram, startPython, supportedVersions } from '../support/python-target.ts';
import { holterProgram, runHolter } from '../support/run-holter.ts';

const folder = mkdtempSync(join(tmpdir(), 'holter-record-'));

/** What a process has open; the memory of its target from the moment on when it is attached. */
function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}

/** Folded lines as [frames, count]. */
function readFolded(file: string): [string[], number][] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => [
    line.slice(0, line.lastIndexOf(' ')).split(';'),
    Number(line.slice(line.lastIndexOf(' ') + 1)),
  ]);
}

test.for(supportedVersions)(
  'a busy loop of Python %s: nearly every sample has the GIL and the right stack',
  async (version, context) => {
    const target = startPython(needPython(context, version), 'ping_pong.py', 'ordinary');
    await target.saw('ready');
    const file = join(folder, `busy-${version}.folded`);
    const { code, stderr } = await runHolter(
      'record',
      '--gil',
      '-r',
      '200',
      '-d',
      '3',
      '-F',
      '-o',
      file,
      String(target.pid),
    );
    expect(stderr).toMatch(/wrote .*: \d+ samples in \d+\.\d s/);
    expect(code).toBe(0);
    const stacks = readFolded(file);
    const total = stacks.reduce((sum, [, count]) => sum + count, 0);
    const expected = stacks.filter(([frames]) => {
      const text = frames.map((frame) => frame.split(' ')[0]).join(';');
      return /^<module>;ordinary(;outer_(left|right)(;work_\2)?)?$/.test(text);
    });
    expect(expected.reduce((sum, [, count]) => sum + count, 0)).toBe(total);
    expect(total).toBeGreaterThan(50);
  },
);

test('a sleeper: no samples without --idle, one stack in the right line with it', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const pid = String(target.pid);
  const none = await runHolter('record', '-d', '0.5', '-o', join(folder, 'none.folded'), pid);
  expect(none.stderr).toContain('--idle records threads that wait, too');
  const file = join(folder, 'idle.folded');
  await runHolter('record', '-d', '1', '--idle', '--threads', '-o', file, pid);
  const stacks = readFolded(file).map(([frames]) => frames.join(';'));
  expect(stacks).toHaveLength(2);
  expect(stacks[0]).toMatch(
    /^thread MainThread \(\d+\);<module> \(.*sleeper\.py:18\);outer \(.*:14\);inner \(.*:10\)$/,
  );
  expect(stacks[1]).toMatch(/^thread 工人-1 \(\d+\);.*inner \(.*sleeper\.py:10\)$/);
});

test('a program that is started and ends by itself', async (context) => {
  const python = needPython(context, '3.12');
  const file = join(folder, 'run.speedscope.json');
  const program = 'import time\ndef spin(end):\n  while time.time() < end: pass\nspin(time.time() + 4)';
  const { code, stderr } = await runHolter('record', '-o', file, '--', python, '-c', program);
  expect(stderr).toMatch(/wrote/);
  expect(code).toBe(0);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as {
    shared: { frames: { name: string }[] };
    profiles: { type: string }[];
  };
  expect(stored.profiles[0]?.type).toBe('sampled');
  expect(stored.shared.frames.map(({ name }) => name)).toContain('spin');
});

test('a process that ends while it is recorded: what there is is written', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const file = join(folder, 'ended.folded');
  const args = ['record', '-d', '600', '-o', file, String(target.pid)];
  const recorder = startProgram(process.execPath, [holterProgram, ...args]);
  await expect.poll(() => openFiles(recorder.pid)).toContain(`/proc/${target.pid}/mem`);
  await new Promise((wake) => setTimeout(wake, 1500));
  target.child.kill('SIGKILL');
  const [code] = (await once(recorder.child, 'close')) as [number];
  expect(recorder.output()).toMatch(
    new RegExp(`^wrote ${file}: \\d+ samples in .*\nprocess ${target.pid} has ended, or has become another program, `),
  );
  expect(code).toBe(0);
  expect(existsSync(file)).toBe(true);
});

test('pprof is a gzip whose strings name the functions', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const file = join(folder, 'x.pb.gz');
  await runHolter('record', '-d', '2', '-o', file, String(target.pid));
  expect(gunzipSync(readFileSync(file)).toString('latin1')).toContain('work_left');
});

test('top --once prints the table', async (context) => {
  const target = startPython(needPython(context, '3.13'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const { code, stdout } = await runHolter('top', '--once', '--delay', '2', '-F', String(target.pid));
  expect(code).toBe(0);
  expect(stdout).toContain('    %Own   %Total    OwnTime  TotalTime  Function');
  expect(stdout).toMatch(/^ +\d+\.\d\d% +\d+\.\d\d% +[\d.]+s +[\d.]+s {2}work_left \(.*ping_pong\.py\)$/m);
  expect(stdout).toMatch(/^ +0\.00% +100\.00% .* <module>/m);
});

test('standard output, programs that are no Python, shells that become one', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const folded = await runHolter('record', '-q', '-i', '-d', '0.5', '-f', 'raw', '-o', '-', String(target.pid));
  expect(folded.stdout).toMatch(/^<module> \(.*sleeper\.py:\d+\);outer .*;inner \(.*\) \d+$/m);
  expect(folded.stderr).toMatch(/^wrote standard output: \d+ samples/);
  const python = needPython(context, '3.12');
  const busy = 'import time\nend = time.time() + 20\nwhile time.time() < end: pass';
  const top = await runHolter(
    'top',
    '--once',
    '--delay',
    '0.5',
    '--',
    'sh',
    '-c',
    `sleep 0.3; exec ${python} -c '${busy}'`,
  );
  expect(top.stdout).toMatch(/ {2}<module> \(<string>:3\)$/m);
  const file = join(folder, 'ls.svg');
  const none = await runHolter('record', '-o', file, '--', 'true');
  expect(none).toMatchObject({
    code: 3,
    stderr: 'holter record: the program ended before a Python interpreter was seen in it\n',
  });
  expect(existsSync(file)).toBe(false);
});

test('top --once says why it is empty', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const { stdout } = await runHolter('top', '--once', '--delay', '0.3', String(target.pid));
  expect(stdout).toMatch(/\n\nno thread was on a CPU meanwhile; --idle counts threads that wait, too\n$/);
});

test('bad input', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const pid = String(target.pid);
  const cases: readonly (readonly [string[], number, string])[] = [
    [['--rate', '0', pid], 2, 'expected a rate of 1 to 1000 per second, got "0"'],
    [['-d', '0', pid], 2, 'expected seconds above 0 after --duration, got "0"'],
    [['-f', 'nonsense', pid], 2, 'expected a format of flamegraph, folded, speedscope, pprof, json, got "nonsense"'],
    [['-o', join(folder, 'no/such/folder/x.svg'), pid], 3, 'cannot write'],
    [['-d', '1', '999999999'], 3, 'no process has the number 999999999'],
    [['--', '/no/such/program'], 3, 'cannot start /no/such/program'],
  ];
  for (const [args, expected, message] of cases) {
    const { code, stderr } = await runHolter('record', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(expected);
  }
  expect(existsSync(join(folder, 'no'))).toBe(false);
  // A recording that never began leaves no file.
  const never = join(folder, 'never.svg');
  expect((await runHolter('record', '-o', never, String(process.pid))).code).toBe(3);
  expect(existsSync(never)).toBe(false);
});

interface StoredProfile {
  readonly states: {
    readonly table: readonly { readonly kind: string; readonly reason: string; readonly traceId: string }[];
    readonly weights: readonly number[];
    readonly states: readonly number[];
  };
}

/** Samples by `kind reason` of a profile stored as JSON. */
function samplesByState(file: string): Map<string, number> {
  const { table, weights, states } = (JSON.parse(readFileSync(file, 'utf8')) as StoredProfile).states;
  const sums = new Map<string, number>();
  for (const [row, state] of states.entries()) {
    const key = `${table[state]?.kind} ${table[state]?.reason}`.trim();
    sums.set(key, (sums.get(key) ?? 0) + (weights[row] ?? 0));
  }
  return sums;
}

test('samples know whether their thread ran, and what it waited for', async (context) => {
  const source = [
    'import os, select, socket, subprocess, threading, time',
    'lock = threading.Lock(); lock.acquire()',
    'a, b = socket.socketpair(); r, w = os.pipe(); child = subprocess.Popen(["sleep", "1000"])',
    'def burn():',
    '    while True: sum(range(1000))',
    'for wait in (lock.acquire, lambda: a.recv(1), lambda: os.read(r, 1), child.wait, lambda: time.sleep(1000),',
    '             lambda: select.epoll().poll(), burn):',
    '    threading.Thread(target=wait, daemon=True).start()',
    'time.sleep(0.5); print("ready", flush=True)',
    'while True: sum(range(1000))',
  ].join('\n');
  const target = startPython(needPython(context, '3.12'), '-c', source);
  await target.saw('ready');
  const file = join(folder, 'states.json');
  await runHolter('record', '-r', '200', '-d', '4', '--idle', '-o', file, String(target.pid));
  const sums = samplesByState(file);
  const waits = ['lock', 'socket recv', 'pipe read', 'child process', 'sleep', 'epoll'].map((r) => `waiting ${r}`);
  const [looks = 0, ...others] = waits.map((wait) => sums.get(wait) ?? 0);
  expect(looks).toBeGreaterThan(100);
  // Each thread is seen once a look; a wake-up in between is no wait.
  for (const count of others) expect(Math.abs(count - looks)).toBeLessThan(looks / 10);
  // Two threads compute: at each look each of them has the GIL, waits for it, or is about to.
  const busy = ['gil', 'running', 'waiting GIL'].map((state) => sums.get(state) ?? 0);
  expect(Math.abs(busy.reduce((sum, count) => sum + count, 0) - 2 * looks)).toBeLessThan(looks / 5);
  expect(Math.min(...busy)).toBeGreaterThan(0);

  const drawn = async (...flags: string[]): Promise<string> => {
    const svg = join(folder, 'view.svg');
    const { code, stderr } = await runHolter('flamegraph', file, '-o', svg, ...flags);
    expect(stderr).toContain('wrote');
    expect(code).toBe(0);
    return readFileSync(svg, 'utf8');
  };
  expect(await drawn('--by', 'waiting')).toContain('[waiting: socket recv]');
  expect(await drawn('--by', 'gil')).not.toContain('"self":[0,0,0,0]');
  const speedscope = join(folder, 'states.speedscope.json');
  await runHolter('record', '-d', '0.5', '--idle', '-o', speedscope, String(target.pid));
  const stored = JSON.parse(readFileSync(speedscope, 'utf8')) as { profiles: { name: string }[] };
  expect(stored.profiles.map(({ name }) => name.split(':')[0])).toEqual(['wall', 'cpu', 'gil', 'waiting']);
  const wrong = await runHolter('flamegraph', file, '--by', 'nonsense');
  expect(wrong.stderr).toContain('expected --by wall, cpu, gil, waiting, got "nonsense"');
  expect(wrong.code).toBe(2);
});

test('samples carry the OpenTelemetry trace of their thread', async (context) => {
  const target = startPython(need(context, 'services'), 'traced.py');
  await target.saw('ready');
  const ids = [...target.output().matchAll(/worker-\d ([0-9a-f]{32})/g)].map((match) => match[1] ?? '');
  const file = join(folder, 'traced.json');
  await runHolter('record', '-d', '1', '--idle', '--threads', '-o', file, String(target.pid));
  const { table } = (JSON.parse(readFileSync(file, 'utf8')) as StoredProfile).states;
  expect(new Set(table.map(({ traceId }) => traceId))).toEqual(new Set(['', ...ids]));
  const svg = join(folder, 'one-trace.svg');
  await runHolter('flamegraph', file, '--trace', ids[0] ?? '', '-o', svg);
  expect(readFileSync(svg, 'utf8')).toContain('thread worker-0');
  expect(readFileSync(svg, 'utf8')).toMatch(/"self":\[0[,0]*,\d+/);
  const pprof = join(folder, 'traced.pb.gz');
  await runHolter('record', '-d', '0.5', '--idle', '-o', pprof, String(target.pid));
  expect(gunzipSync(readFileSync(pprof)).toString('latin1')).toContain(ids[1]);
  const none = await runHolter('flamegraph', file, '--trace', '0'.repeat(32));
  expect(none.stderr).toContain('it has no such samples');
  expect(none.code).toBe(3);
});

test('Ctrl-C writes what there is', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const file = join(folder, `interrupted-${target.pid}.folded`);
  const running = startProgram(process.execPath, [holterProgram, 'record', '-o', file, String(target.pid)]);
  // It makes the file first, to see that it can.
  await expect.poll(() => existsSync(file)).toBe(true);
  await expect.poll(() => openFiles(running.pid)).toContain(`/proc/${target.pid}/mem`);
  await new Promise((wake) => setTimeout(wake, 1500));
  running.child.kill('SIGINT');
  const [code] = (await once(running.child, 'exit')) as [number];
  expect(running.output()).toMatch(/wrote .*: \d+ samples/);
  expect(code).toBe(0);
  expect(readFolded(file).length).toBeGreaterThan(0);
});

test('--subprocesses: a box for each process, also those that begin later', async (context) => {
  const python = needPython(context, '3.12');
  const source = [
    'import subprocess, sys, time',
    'child = "def child_work():\\n while True: sum(range(1000))\\nchild_work()"',
    'def parent_work():',
    '    while True: sum(range(1000))',
    'time.sleep(1)',
    'subprocess.Popen([sys.executable, "-c", child])',
    'parent_work()',
  ].join('\n');
  const file = join(folder, 'tree.folded');
  const { code } = await runHolter('record', '-s', '-d', '8', '-o', file, '--', python, '-c', source);
  expect(code).toBe(0);
  const roots = readFolded(file).map(([frames]) => `${frames[0]?.split(':')[0]} ${frames.at(-1)?.split(' ')[0]}`);
  expect(roots.some((text) => /^process \d+ parent_work$/.test(text))).toBe(true);
  expect(roots.some((text) => /^process \d+ child_work$/.test(text))).toBe(true);
  expect(new Set(roots.map((text) => text.split(' ')[1])).size).toBe(2);
});
