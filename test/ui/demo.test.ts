// The demo as somebody meets it who has just typed `npx holter demo`: the pages on what a running shop sends, fault and all.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUi } from '../../tools/build-ui.ts';
import { readProvisions } from '../../tools/test-setup.ts';
import { need } from '../support/need.ts';
import { seriousFaults } from './axe.ts';
import { launchBrowser, openPage } from './browser.ts';

const holter = resolve(import.meta.dirname, '../../bin/holter.js');
let demo: ChildProcess | undefined;
let url = '';
let output = '';
let browser: Browser | undefined;

/** Runs the demo, unless it runs: the test that stops it may be tried again. */
async function startDemo(): Promise<void> {
  if (demo !== undefined && demo.exitCode === null && demo.signalCode === null) return;
  output = '';
  demo = spawn(process.execPath, [holter, 'demo', '--fault-after', '2', '--rate', '25', '--http', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  url = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const match = /The shop is open: (http:\/\/[^/]+)/.exec(output);
      if (match !== null) found(match[1]!);
    };
    demo!.stdout!.on('data', read);
    demo!.stderr!.on('data', read);
    demo!.once('exit', (code) => failed(new Error(`the demo ended with ${code}: ${output}`)));
  });
}

beforeAll(async () => {
  if (readProvisions().get('chromium')?.ok !== true) return;
  await buildUi();
  await startDemo();
});

afterAll(async () => {
  await browser?.close();
  demo?.kill('SIGKILL');
});

const rows = (page: Page) => page.locator('main [role=option]');
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 120_000, interval: 500 });

/** Opens a page and reloads it until what the shop sends has come so far. */
async function visit(path: string, shown: (page: Page) => Promise<unknown>): Promise<Page> {
  const { page, complaints } = await openPage(browser!);
  await soon(async () => {
    await page.goto(`${url}/ui/${path}`);
    return shown(page).then(
      () => true,
      () => false,
    );
  }).toBe(true);
  expect(await seriousFaults(page)).toEqual([]);
  expect(complaints, output.slice(-4000)).toEqual([]);
  return page;
}

const QUICK = { timeout: 20_000 };

test('logs: the failure is there, with its traceback and its trace across the services', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  const page = await visit('logs?q=level:error', (shown) => rows(shown).first().waitFor(QUICK));
  await page.locator('main canvas, main svg').first().waitFor();
  await rows(page).first().click();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.getByText('service', { exact: true }).first().waitFor();
  await detail.getByRole('link', { name: 'Its trace' }).click();
  const waterfall = page.getByRole('listbox', { name: 'Waterfall' });
  await waterfall.getByRole('option').nth(2).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
});

test('traces: requests through the services, and those that failed', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  const page = await visit('traces', (shown) => rows(shown).nth(5).waitFor(QUICK));
  await rows(page).filter({ hasText: 'gateway' }).first().waitFor();
  const failed = await visit('traces?status=error', (shown) => rows(shown).first().waitFor(QUICK));
  await rows(failed).first().click();
  await failed.getByRole('list', { name: /Spans that failed/ }).waitFor();
});

test('operations and what calls what', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  const page = await visit('traces?view=operations&sort=operation', (shown) =>
    shown.getByRole('table').getByRole('row').nth(5).waitFor(QUICK),
  );
  await page.getByRole('table').getByText('gateway').first().waitFor();
  const graph = await visit('traces?view=graph', (shown) =>
    shown.getByRole('button', { name: /^postgresql\/shop/ }).waitFor(QUICK),
  );
  for (const service of ['gateway', 'orders', 'payments'])
    await graph.getByRole('button', { name: new RegExp(`^${service}`) }).waitFor();
});

test('metrics: what is scraped is drawn', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  await visit('metrics?metric=http_requests_total', (shown) => shown.locator('canvas').first().waitFor(QUICK));
});

test('rules that are evaluated, and a dashboard that is drawn', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  await visit('rules', (shown) => shown.getByText('PoolRunsDry').first().waitFor(QUICK));
  const list = await visit('dashboards', (shown) => shown.getByRole('link', { name: 'The shop 商店' }).waitFor(QUICK));
  const address = await list.getByRole('link', { name: 'The shop 商店' }).getAttribute('href');
  const board = await visit(address!.replace('/ui/', ''), (shown) =>
    shown.locator('main canvas').nth(3).waitFor(QUICK),
  );
  await board.getByText('Share that fails').first().waitFor();
});

test('sources: every way in is listed and the books balance', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  const page = await visit('sources', (shown) => shown.getByText('balance', { exact: true }).waitFor(QUICK));
  for (const source of ['otlp/http', 'scrape:shop', '.log']) await page.getByText(source).first().waitFor();
});

/** Processes whose command line holds `text`. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(text);
    } catch {
      // It has ended.
      return false;
    }
  });
}

test('it stops with all its children and leaves nothing behind', async (context) => {
  need(context, 'chromium');
  await startDemo();
  const folder = /data is kept in (\S+)\/data/.exec(output)?.[1] ?? '';
  expect(existsSync(folder)).toBe(true);
  await expect.poll(() => processesWith(folder).length).toBeGreaterThanOrEqual(6);
  const ended = new Promise((done) => demo!.once('exit', (code) => done(code)));
  demo!.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(processesWith(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
