// How long a person waits for a page of the web UI: from the address to the last answer drawn, in Debian's Chromium.
import { createHash } from 'node:crypto';
import { chromium, type Browser } from 'playwright-core';
import { readProvisions } from '../../tools/test-setup.ts';
import type { HolterUnderTest } from '../holter-under-test.ts';
import type { Page } from './page.ts';

const RUNS = 6;
const BAR_MILLIS = 1000;
const ROW = 'main [role=option]';
const TRACE = createHash('md5').update('777').digest('hex');

/** Address, and what stands on the page when it is of use. */
const pages: readonly (readonly [name: string, path: string, content: string])[] = [
  ['logs, the last 3 h', '/ui/logs?from=now-3h&to=now', ROW],
  ['logs, errors of a service', '/ui/logs?from=now-3h&to=now&q=level:error service:orders', ROW],
  ['traces, the last 3 h', '/ui/traces?from=now-3h&to=now', ROW],
  ['a trace', `/ui/traces/${TRACE}`, ROW],
  ['metrics', '/ui/metrics?from=now-3h&to=now', ROW],
  ['sources', '/ui/sources', 'main table tbody tr'],
];

async function openPage(browser: Browser, url: string, content: string): Promise<number> {
  // A context of its own: nothing is cached, as for somebody who is woken.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    let lastAnswer = 0;
    page.on('requestfinished', () => (lastAnswer = performance.now()));
    const began = performance.now();
    await page.goto(url);
    await page.locator(content).first().waitFor();
    const shown = performance.now();
    await page.waitForLoadState('networkidle');
    return Math.max(shown, lastAnswer) - began;
  } finally {
    await context.close();
  }
}

/** Needs the Chromium that the test set-up installs; says so on the page where there is none. */
export async function measureUiPages(page: Page, holter: HolterUnderTest): Promise<void> {
  page.section('Pages of the web UI', 'page', 'first, ms', `median of ${RUNS - 1}, ms`, `slowest of ${RUNS - 1}, ms`);
  const found = readProvisions().get('chromium');
  if (found?.ok !== true) {
    page.say('\nNot measured: there is no Chromium (`npm test` installs one).');
    return;
  }
  const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const [name, path, content] of pages) {
      const times: number[] = [];
      for (let i = 0; i < RUNS; i++) times.push(await openPage(browser, holter.url + path, content));
      const first = times.shift()!;
      times.sort((a, b) => a - b);
      const median = times[times.length >> 1]!;
      page.row(name, first.toFixed(0), median.toFixed(0), times.at(-1)!.toFixed(0));
      page.bar(`page: ${name}`, 'most', BAR_MILLIS, median, (ms) => `${ms.toFixed(0)} ms`);
    }
  } finally {
    await browser.close();
  }
}
