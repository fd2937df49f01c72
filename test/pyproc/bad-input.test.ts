// What cannot be looked into: one clear line each, the exit code of the manual, nothing on standard output, no stack trace.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listTree } from '../../src/pyproc/procfs/process-tree.ts';
import { readProcessStatus } from '../../src/pyproc/procfs/process-status.ts';
import { needThat } from '../support/need.ts';
import { needPython, startProgram, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

async function expectRefusal(args: readonly string[], code: number, message: string): Promise<void> {
  const result = await runHolter(...args);
  expect(result.stderr).toContain(message);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).not.toMatch(/\n {4}at /);
}

const commands = ['dump', 'why', 'heap'] as const;

test.for(commands)('%s: no such process, no Python, a kernel thread', async (command) => {
  const sleeper = startProgram('sleep', ['1000']);
  await expectRefusal([command, '999999999'], 3, 'no process has the number 999999999');
  await expectRefusal([command, String(sleeper.pid)], 3, 'PYTHON_ABSENT');
  await expectRefusal([command], 2, 'expected a PID or a part of a command line, got nothing');
  await expectRefusal([command, '--bogus', '1'], 2, "Unknown option '--bogus'");
  if (readProcessStatus(2)?.parent === 0) await expectRefusal([command, '2'], 3, 'is a kernel thread');
});

test.for(commands)('%s: a zombie', async (command) => {
  const parent = startProgram('sh', ['-c', 'sleep 0.01 & exec sleep 1000']);
  let zombie: number | undefined;
  await expect
    .poll(() => {
      zombie = listTree(parent.pid).find((pid) => readProcessStatus(pid)?.state === 'Z');
      return zombie;
    })
    .toBeDefined();
  await expectRefusal([command, String(zombie)], 3, `its parent ${parent.pid} has not asked how`);
});

test.for(commands)('%s: a process of another user', async (command, context) => {
  needThat(context, 'root', process.getuid?.() === 0, 'only root can become somebody else');
  const target = startPython(needPython(context, '3.12'), 'sleeper.py');
  await target.saw('ready', 2);
  const program = resolve(import.meta.dirname, '../../bin/holter.js');
  const nobody = { uid: 65_534, gid: 65_534, encoding: 'utf8' } as const;
  const isShown = [program, process.execPath].every((path) => spawnSync('test', ['-r', path], nobody).status === 0);
  needThat(context, 'readable checkout', isShown, 'another user cannot read this checkout, or its Node');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, command, String(target.pid)], nobody);
  expect(stderr).toMatch(
    /PROCESS_DENIED: process \d+ \(python\) may not be read: it belongs to user 0, and we are user 65534\n/,
  );
  expect(stderr).toContain('Docker: docker run --cap-add=SYS_PTRACE');
  expect(stderr).toMatch(
    /^what is seen without it: \w+.*, 2 threads, [\d.]+ s on a CPU so far, [\d.]+ MiB of memory$/m,
  );
  expect([status, stdout]).toEqual([3, '']);
});

test.for([
  ['2.7', 'Python 2.7 is too old'],
  ['3.6', 'Python 3.6 is too old'],
] as const)('heap, why: Python %s', async ([version, message], context) => {
  const source = 'import time; print("ready"); time.sleep(1000)';
  const target = startProgram(needPython(context, version), ['-c', source]);
  await target.saw('ready');
  await expectRefusal(['heap', String(target.pid)], 3, message);
  await expectRefusal(['why', String(target.pid)], 3, message);
});

test('a command line that several processes have', async () => {
  const word = `several-${process.pid}`;
  const started = [1, 2].map((number) => spawn('sleep', ['1000'], { argv0: `${word} ${number}` }));
  onTestFinished(() => started.forEach((child) => child.kill()));
  await Promise.all(started.map((child) => once(child, 'spawn')));
  await expect.poll(async () => (await runHolter('dump', word)).code).toBe(2);
  const { stderr } = await runHolter('dump', word);
  expect(stderr).toContain(`"${word}" is in the command lines of 2 processes, give one of their PIDs:`);
  for (const { pid } of started) expect(stderr).toContain(`  ${pid}  `);
});

test('heap: files and flags', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'heap_objects.py', '10');
  await target.saw('ready');
  const pid = String(target.pid);
  const file = join(mkdtempSync(join(tmpdir(), 'holter-')), 'x.json');
  writeFileSync(file, '{"format": "something else"}');
  for (const [args, code, message] of [
    [['--save', '/no/such/folder/x'], 3, 'cannot write /no/such/folder/x: ENOENT'],
    [['--compare', '/no/such/file'], 3, 'cannot read /no/such/file'],
    [['--compare', file], 3, 'expected a census that holter heap --save wrote'],
    [['--compare', '/etc/passwd'], 3, 'expected a census that holter heap --save wrote, got no JSON'],
    [['--by', 'colour'], 2, 'expected --by type or module, got "colour"'],
    [['-n', '0'], 2, 'expected a number of rows, got "0"'],
    [['--watch', 'soon'], 2, 'expected seconds above 0 after --watch, got "soon"'],
    [['--watch', '0'], 2, 'expected seconds above 0 after --watch, got "0"'],
    [['--refs', 'Nonsense'], 3, 'no tracked object has a type named Nonsense'],
    [['--refs', '0x10'], 3, 'no object of Python lies at 0x10'],
  ] as const)
    await expectRefusal(['heap', ...args, pid], code, message);
  expect(readProcessStatus(target.pid)?.state).toBe('S');
});

test('core: what is no core', async () => {
  await expectRefusal(['core'], 2, 'expected one core file, got 0');
  await expectRefusal(['core', '/etc'], 3, 'cannot open /etc: EISDIR');
  await expectRefusal(['core', '/dev/null'], 3, 'expected a core file, got an empty one');
  await expectRefusal(['core', '--locals=many', 'x'], 2, 'expected a depth after --locals=, got "many"');
});
