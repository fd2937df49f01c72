// `holter dump` as a whole program, on every interpreter at hand.
import { expect, test } from 'vitest';
import { runHolter } from '../support/run-holter.ts';
import { needPython, startProgram, startPython, supportedVersions } from '../support/python-target.ts';

interface DumpedThread {
  name: string;
  activity: string;
  isUncertain: boolean;
  nativeId: number;
  frames: {
    name: string;
    fileName: string;
    line: number;
    locals?: { name: string; isArgument: boolean; value: string }[];
  }[];
}

test.for(supportedVersions)('threads, frames, lines and variables of Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const { code, stdout } = await runHolter('dump', String(target.pid), '--json', '--locals=4');
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as { version: string; threads: DumpedThread[] };
  expect(report.version).toMatch(`${version}.`);
  expect(report.threads.map((thread) => thread.name)).toEqual(['MainThread', '工人-1']);
  const [main, worker] = report.threads;
  expect(main?.nativeId).toBe(target.pid);
  for (const thread of [main, worker]) {
    expect(thread?.isUncertain).toBe(false);
    expect(thread?.activity).toBe('waiting');
    expect(thread?.frames.slice(0, 2).map(({ name, line }) => `${name}:${line}`)).toEqual(['inner:10', 'outer:14']);
  }
  expect(main?.frames.map(({ name, line }) => `${name}:${line}`)).toEqual(['inner:10', 'outer:14', '<module>:18']);
  const variables = Object.fromEntries(main?.frames[0]?.locals?.map(({ name, value }) => [name, value]) ?? []);
  expect(variables).toEqual({
    number: '3',
    rest: '(4.5,)',
    text: "'名前'",
    options: "{'key': b'\\x00\\xff'}",
    local_list: "[1, 2, {'a': (None, True)}]",
    password: '<redacted>',
  });
});

test('py-spy’s habits: text, short flags, a part of the command line', async (context) => {
  // Also a program in a folder that is called like us is found.
  const word = `holter-${process.pid}`;
  const target = startPython(needPython(context, '3.11'), 'sleeper.py', word);
  await target.saw('ready', 2);
  await target.rests();
  const { code, stdout } = await runHolter('dump', '-l', word);
  expect(code).toBe(0);
  expect(stdout).toContain(`Thread ${target.pid} (idle): "MainThread"`);
  expect(stdout).toContain('    inner (sleeper.py:10)\n');
  expect(stdout).toContain('            number: 3\n');
  expect(stdout).not.toContain('hunter2');
  const shown = await runHolter('dump', '-l', '--no-redact', '-p', String(target.pid));
  expect(shown.stdout).toContain('hunter2');
});

test.for([
  ['2.7', 'import time; print("ready"); time.sleep(1000)', 'Python 2.7 is too old'],
  ['3.6', 'import time; print("ready"); time.sleep(1000)', 'Python 3.6 is too old'],
  ['3.7', 'import time; print("ready"); time.sleep(1000)', 'Python 3.7 is too old'],
] as const)('refuses Python %s', async ([version, source, message], context) => {
  const target = startProgram(needPython(context, version), ['-c', source]);
  await target.saw('ready');
  const { code, stderr } = await runHolter('dump', String(target.pid));
  expect(stderr).toContain(message);
  expect(code).toBe(3);
});

test('paused: threads are what they were, and for how long is not told, since the signal made them run', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'sleeper.py');
  await target.saw('ready', 2);
  await target.rests();
  const { stdout } = await runHolter('dump', '--pause', String(target.pid));
  expect(
    stdout.match(
      /^Thread \d+ \(idle\): .*\n {4}waits: sleep, \d+ s left$|^Thread \d+ \(idle\): .*\n {4}waits: sleep, [\d.]+ min( \d+ s)? left$/gm,
    ),
  ).toHaveLength(2);
});

test('bad input gives one clear line and the exit code of the manual', async () => {
  const sleeper = startProgram('sleep', ['1000']);
  const cases: readonly (readonly [string[], number, string])[] = [
    [[], 2, 'expected a PID or a part of a command line, got nothing'],
    [['0'], 2, 'expected a PID above 0'],
    [['1', '2'], 2, 'expected one process, got 1 2'],
    [['--bogus', '1'], 2, "Unknown option '--bogus'"],
    [['--locals=x', '1'], 2, 'expected a depth of 0 to 99, got "--locals=x"'],
    [['-n', '1'], 2, 'native frames are not read'],
    [['-l=x', '1'], 2, 'expected a depth of 0 to 99, got "-l=x"'],
    [['-l=2', '999999999'], 3, 'no process has the number 999999999'],
    [['999999999'], 3, 'no process has the number 999999999'],
    [['no such command line anywhere'], 3, 'no process has "no such command line anywhere"'],
    [[String(sleeper.pid)], 3, 'not a Python process: it runs /'],
  ];
  for (const [args, expected, message] of cases) {
    const { code, stdout, stderr } = await runHolter('dump', ...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(expected);
  }
});
