// The flame graph file in a browser, SVG and HTML: what a reader does with mouse, keyboard and screen reader.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test, type TestContext } from 'vitest';
import { ProfileBuilder } from '../../src/profile/profile-builder.ts';
import { emptyMeta } from '../../src/profile/profile.ts';
import { profileFormats } from '../../src/cli/output/profile-formats.ts';
import { need } from '../support/need.ts';
import { runHolter } from '../support/run-holter.ts';
import { seriousFaults } from '../ui/axe.ts';
import { launchBrowser } from '../ui/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'holter-flame-'));
const before = join(folder, 'before.folded');
const after = join(folder, 'after.folded');
writeFileSync(before, 'main (app.py:1);load (app.py:5);parse (json.py:9) 60\nmain (app.py:1);render (view.py:2) 40\n');
writeFileSync(
  after,
  'main (app.py:1);load (app.py:5);parse (json.py:9) 10\nmain (app.py:1);</script>evil (view.py:2) 90\n',
);

interface Drawing {
  readonly page: Page;
  readonly errors: readonly string[];
  /** Where the box with this label lies. */
  readonly boxOf: (label: string) => Promise<{ x: number; y: number; width: number }>;
  readonly countOf: (label: string) => Promise<number>;
}

async function open(
  context: Pick<TestContext, 'skip'>,
  file: string,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Drawing> {
  const browser = await launchBrowser(need(context, 'chromium'));
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 }, colorScheme });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) errors.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  const find = (label: string) => page.locator(`g:has(text:text-is("${label}")) rect`);
  return {
    page,
    errors,
    boxOf: (label) =>
      find(label).evaluate((rect) => {
        const { x, y, width } = rect.getBoundingClientRect();
        return { x, y, width };
      }),
    countOf: (label) => find(label).count(),
  };
}

async function draw(name: string, ...profiles: readonly string[]): Promise<string> {
  const file = join(folder, name);
  expect((await runHolter('flamegraph', ...profiles, '-o', file)).code).toBe(0);
  return file;
}

test.for(['single.svg', 'single.html'])('zoom, search, reset, both orientations: %s', async (name, context) => {
  const { page, errors, boxOf, countOf } = await open(context, await draw(name, before));
  const whole = (await boxOf('all')).width;
  // Siblings stand in alphabetical order.
  expect((await boxOf('load (app.py:5)')).x).toBeLessThan((await boxOf('render (view.py:2)')).x);
  expect((await boxOf('render (view.py:2)')).width / whole).toBeCloseTo(0.4, 1);
  await page.locator('g:has(text:text-is("render (view.py:2)"))').hover();
  const details = page.locator('.details');
  expect(await details.textContent()).toBe('render (view.py:2): 40 samples, 40.00 %, own 40.00 %');
  const search = page.getByRole('searchbox');
  await search.fill('^parse|view');
  expect(await page.getByText(/^matched/).textContent()).toBe('matched 100.00 %');
  await search.fill('json');
  expect(await page.getByText(/^matched/).textContent()).toBe('matched 60.00 %');
  await search.fill('(');
  expect(await search.getAttribute('aria-invalid')).not.toBeNull();
  await page.locator('g:has(text:text-is("render (view.py:2)"))').click();
  expect((await boxOf('render (view.py:2)')).width / whole).toBeCloseTo(1, 1);
  expect(await countOf('parse (json.py:9)')).toBe(0);
  await page.getByRole('button', { name: 'reset' }).click();
  expect((await boxOf('render (view.py:2)')).width / whole).toBeCloseTo(0.4, 1);
  expect(await search.evaluate((field: HTMLInputElement) => field.value)).toBe('');
  expect((await boxOf('all')).y).toBeGreaterThan((await boxOf('main (app.py:1)')).y);
  await page.getByRole('button', { name: 'root at top' }).click();
  expect((await boxOf('all')).y).toBeLessThan((await boxOf('main (app.py:1)')).y);
  expect(errors).toEqual([]);
});

test('the keyboard alone: slash, Escape, the table as a tree', async (context) => {
  const { page, errors, boxOf } = await open(context, await draw('keys.html', before));
  const whole = (await boxOf('all')).width;
  await page.keyboard.press('/');
  await page.keyboard.type('json');
  expect(await page.getByText(/^matched/).textContent()).toBe('matched 60.00 %');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('searchbox').inputValue()).toBe('');
  await page.getByRole('button', { name: 'table' }).press('Enter');
  const rows = page.getByRole('treegrid').getByRole('row');
  expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-level')))).toEqual([
    null,
    '1',
    '2',
    '3',
    '4',
    '3',
  ]);
  await rows.nth(1).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect((await boxOf('load (app.py:5)')).width / whole).toBeCloseTo(1, 1);
  expect(errors).toEqual([]);
});

test.for(['light', 'dark'] as const)('readable, and without faults that axe can find: %s', async (scheme, context) => {
  const { page } = await open(context, await draw('theme.html', before), scheme);
  await page.getByRole('button', { name: 'table' }).click();
  const paper = await page.locator('#flame').evaluate((main) => getComputedStyle(main).backgroundColor);
  expect(paper).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 25, 29)');
  expect(await seriousFaults(page)).toEqual([]);
});

test('the same file has the same colour in every graph', async (context) => {
  const colourOf = async (name: string, ...profiles: readonly string[]): Promise<string | null> => {
    const { page } = await open(context, await draw(name, ...profiles));
    return page.locator('g:has(text:text-is("parse (json.py:9)")) rect').getAttribute('fill');
  };
  writeFileSync(join(folder, 'other.folded'), 'x (a.py:1) 1\nparse (json.py:9) 3\n');
  expect(await colourOf('one.svg', before)).toBe(await colourOf('two.svg', join(folder, 'other.folded')));
});

test('the difference of two: what grew, what shrank, what vanished', async (context) => {
  const { page, errors } = await open(context, await draw('difference.html', before, after));
  await page.locator('g:has(text:has-text("render"))').hover();
  expect(await page.locator('.details').textContent()).toContain(
    'render (view.py:2): -40.00 % (40 → 0 samples, vanished)',
  );
  const hueOf = (label: string): Promise<string | null> =>
    page.locator(`g:has(text:has-text("${label}")) rect`).getAttribute('fill');
  expect(await hueOf('evil')).toMatch(/^hsl\(4 /);
  expect(await hueOf('parse')).toMatch(/^hsl\(215 /);
  expect(errors).toEqual([]);
});

test('the views of a recording: wall clock, CPU, GIL, waiting', async (context) => {
  const builder = new ProfileBuilder();
  const [main, work, wait] = ['main', 'work', 'wait'].map((name) => builder.frame({ name, file: '', line: 0 }));
  const root = builder.child(0, main as number);
  const state = (kind: 'gil' | 'running' | 'waiting', reason = ''): number =>
    builder.state({ kind, reason, traceId: '' });
  builder.add(builder.child(root, work as number), 20, state('gil'));
  builder.add(builder.child(root, work as number), 10, state('running'));
  builder.add(builder.child(root, wait as number), 70, state('waiting', 'socket recv'));
  const file = join(folder, 'views.svg');
  const [flamegraph] = profileFormats;
  writeFileSync(file, flamegraph?.encode(builder.build({ ...emptyMeta, mode: 'wall', samples: 100 }), file) ?? '');
  const { page, errors, boxOf, countOf } = await open(context, file);
  const details = page.locator('.details');
  const show = async (view: string): Promise<string | null> => {
    await page.getByRole('combobox').selectOption(view);
    return details.textContent();
  };
  const whole = (await boxOf('all')).width;
  expect((await boxOf('wait')).width / whole).toBeCloseTo(0.7, 1);
  expect(await countOf('[waiting: socket recv]')).toBe(0);
  expect(await show('cpu')).toBe('all: 30 samples, 100.00 %, own 0.00 %');
  expect((await boxOf('work')).width / whole).toBeCloseTo(1, 1);
  expect(await countOf('wait')).toBe(0);
  expect(await show('gil')).toBe('all: 20 samples, 100.00 %, own 0.00 %');
  expect(await show('waiting')).toBe('all: 70 samples, 100.00 %, own 0.00 %');
  expect((await boxOf('[waiting: socket recv]')).width / whole).toBeCloseTo(1, 1);
  expect(errors).toEqual([]);
});
