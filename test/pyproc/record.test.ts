// `holter record`, `top` and `flamegraph` as whole programs.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { need } from '../support/need.ts';
import { needPython, startPython, supportedVersions } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const folder = mkdtempSync(join(tmpdir(), 'holter-record-'));

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
      '2',
      '-F',
      '-o',
      file,
      String(target.pid),
    );
    expect(stderr).toMatch(/wrote .*: \d+ samples in 2\.\d s/);
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
  const program = 'import time\ndef spin(end):\n  while time.time() < end: pass\nspin(time.time() + 1.5)';
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

test('pprof is a gzip whose strings name the functions', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const file = join(folder, 'x.pb.gz');
  await runHolter('record', '-d', '0.5', '-o', file, String(target.pid));
  expect(gunzipSync(readFileSync(file)).toString('latin1')).toContain('work_left');
});

test('top --once prints the table', async (context) => {
  const target = startPython(needPython(context, '3.13'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const { code, stdout } = await runHolter('top', '--once', '--delay', '0.7', '-F', String(target.pid));
  expect(code).toBe(0);
  expect(stdout).toContain('    %Own   %Total    OwnTime  TotalTime  Function');
  expect(stdout).toMatch(/^ +\d+\.\d\d% +\d+\.\d\d% +[\d.]+s +[\d.]+s {2}work_left \(.*ping_pong\.py\)$/m);
  expect(stdout).toMatch(/^ +0\.00% +100\.00% .* <module>/m);
});

test('bad input', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'sleeper.py');
  await target.saw('ready', 2);
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
});

test('the flame graph in a browser: zoom, search, table, difference', { timeout: 60_000 }, async (context) => {
  const executablePath = need(context, 'chromium');
  const before = join(folder, 'before.folded');
  const after = join(folder, 'after.folded');
  writeFileSync(
    before,
    'main (app.py:1);load (app.py:5);parse (json.py:9) 60\nmain (app.py:1);render (view.py:2) 40\n',
  );
  writeFileSync(
    after,
    'main (app.py:1);load (app.py:5);parse (json.py:9) 10\nmain (app.py:1);</script>evil (view.py:2) 90\n',
  );
  const single = join(folder, 'single.svg');
  const difference = join(folder, 'difference.html');
  expect((await runHolter('flamegraph', before, '-o', single)).code).toBe(0);
  expect((await runHolter('flamegraph', before, after, '-o', difference)).code).toBe(0);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`file://${single}`);
  const widthOf = (label: string): Promise<number> =>
    page.locator(`g:has(text:text-is("${label}")) rect`).evaluate((rect) => rect.getBoundingClientRect().width);
  const whole = await widthOf('all');
  expect((await widthOf('render (view.py:2)')) / whole).toBeCloseTo(0.4, 1);
  await page.getByRole('searchbox').fill('^parse|view');
  expect(await page.getByText(/^matched/).textContent()).toBe('matched 100.00 %');
  await page.getByRole('searchbox').fill('json');
  expect(await page.getByText(/^matched/).textContent()).toBe('matched 60.00 %');
  await page.locator('g:has(text:text-is("render (view.py:2)"))').click();
  expect((await widthOf('render (view.py:2)')) / whole).toBeCloseTo(1, 1);
  expect(await page.locator('g:has(text:text-is("parse (json.py:9)"))').count()).toBe(0);
  await page.getByRole('button', { name: 'reset' }).click();
  expect((await widthOf('render (view.py:2)')) / whole).toBeCloseTo(0.4, 1);
  await page.getByRole('button', { name: 'table' }).click();
  expect(await page.getByRole('row').count()).toBe(6);
  await page.getByRole('row', { name: /^load/ }).press('Enter');
  expect((await widthOf('load (app.py:5)')) / whole).toBeCloseTo(1, 1);
  await page.goto(`file://${difference}`);
  await page.locator('g:has(text:has-text("render"))').hover();
  expect(await page.locator('.details').textContent()).toContain(
    'render (view.py:2): -40.00 % (40 → 0 samples, vanished)',
  );
  expect(await page.locator('g:has(text:has-text("evil"))').count()).toBe(1);
  expect(errors).toEqual([]);
});
