// `holter top` in a terminal; the table itself is tested beside its source.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { needThat } from '../support/need.ts';
import { needPython, startPython } from '../support/python-target.ts';
import { holterProgram } from '../support/run-holter.ts';

const CLEAR = '\u001B[H\u001B[2J';
const LEAVE = '\u001B[?1049l';

/** The program in a terminal of its own, by script(1); `screens` are all that it has drawn. */
function inTerminal(size: string, ...args: readonly string[]) {
  const command = [process.execPath, holterProgram, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty ${size}; exec ${command}`, '/dev/null']);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text.replaceAll('\r', '')));
  return {
    child,
    output: () => output,
    screens: () => output.split(LEAVE)[0]?.split(CLEAR).slice(1) ?? [],
    press: (key: string) => child.stdin.write(key),
  };
}

test('keys in a small terminal: shares stay shares, and what stood there last is kept', async (context) => {
  const program = spawn('script', ['--version']);
  const [code] = (await once(program, 'exit').catch(() => [1])) as [number];
  needThat(context, 'script', code === 0, 'the program script(1) is not installed');
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const terminal = inTerminal('rows 8 cols 50', 'top', '--delay', '0.3', String(target.pid));
  const shown = () => terminal.screens().at(-1) ?? '';
  await expect
    .poll(shown)
    .toMatch(/^Total Samples \d+ .*\n.*\n {4}%Own {3}%Total {2}Function\n +[\d.]+% +[\d.]+% {2}\w+ \(ping_pong/);
  for (const [key, pattern] of [
    ['l', /work_left \(ping_pong\.py\)/],
    ['3', / {2}OwnTime {2}TotalTime {2}Function\n +[\d.]+s +[\d.]+s {2}work_/],
    ['?', /1 %own {2}2 %total/],
    ['1', / {4}%Own {3}%Total {2}Function/],
    ['l', /work_left \(ping_pong\.py:\d/],
  ] as const) {
    terminal.press(key);
    await expect.poll(shown).toMatch(pattern);
    const later = terminal.screens().length + 2;
    await expect.poll(() => terminal.screens().length).toBeGreaterThanOrEqual(later);
  }
  const shares = terminal
    .screens()
    .flatMap((screen) => Array.from(screen.matchAll(/([\d.]+)%/g), ([, share]) => Number(share)));
  expect(shares.length).toBeGreaterThan(20);
  expect(Math.max(...shares)).toBeLessThanOrEqual(100);
  for (const screen of terminal.screens()) expect(screen.split('\n').length).toBeLessThanOrEqual(8);
  target.child.kill('SIGKILL');
  await expect.poll(terminal.output).toContain(`process ${target.pid} has ended`);
  expect(terminal.output().split(LEAVE)[1]).toMatch(/Total Samples \d+/);
});
