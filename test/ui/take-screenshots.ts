// Takes the pictures of docs/screenshots: `node bin/run.js test/ui/take-screenshots.ts [FOLDER] [URL [RANGE [NAMES]]]`, RANGE as in
// "last 5m", NAMES as in logs,trace; without the URL of a running server it shows the fixture's data.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from './browser.ts';
import { startFixture } from './fixture-server.ts';
import { shrinkPng } from './shrink-png.ts';

const [folder = 'docs/screenshots', given, width = '1h', names = ''] = process.argv.slice(2);
const fixture = given === undefined ? await startFixture() : undefined;
const url = given ?? fixture?.url ?? '';
const range = `from=now-${width}&to=now`;
mkdirSync(folder, { recursive: true });

/** Waits for what a reader would wait for. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 4000 }).catch(() => undefined);
  // The pulse needs a few beats.
  await page.waitForTimeout(3500);
}

async function openFailedRow(page: Page): Promise<void> {
  await page.goto(`${url}/ui/logs?${range}&q=level:error`);
  await page.locator('main [role=option]').nth(4).click();
}

async function openTrace(page: Page): Promise<void> {
  await page.goto(`${url}/ui/traces?${range}&status=error`);
  await page.locator('main [role=option]').nth(2).click();
}

async function openFailedSpan(page: Page): Promise<void> {
  await openTrace(page);
  await page
    .getByRole('list', { name: /Spans that failed/ })
    .getByRole('button')
    .first()
    .click();
}

const go = (path: string) => async (page: Page) => void (await page.goto(`${url}/ui/${path}?${range}`));

const goView = (view: string) => async (page: Page) => void (await page.goto(`${url}/ui/traces?${range}&view=${view}`));

async function openMetric(page: Page): Promise<void> {
  await page.goto(`${url}/ui/metrics?${range}&find=requests`);
  await page.locator('main [role=option]', { hasText: 'requests_total' }).first().click();
}

async function openExplorer(page: Page): Promise<void> {
  const rate = 'sum by (path) (rate(http_requests_total[5m]))';
  const slow = 'histogram_quantile(0.95, sum by (le, path) (rate(http_request_duration_seconds_bucket[5m])))';
  await page.goto(`${url}/ui/metrics?${range}&q=${rate}&q2=${slow}&hide=A&exemplars=1`);
}

/** The last dashboard of the list: the fixture's has a panel of every kind. */
async function openDashboard(page: Page): Promise<void> {
  await page.goto(`${url}/ui/dashboards?${range}`);
  await page.getByRole('table').getByRole('link').last().click();
}

async function openRule(page: Page): Promise<void> {
  await page.goto(`${url}/ui/rules?${range}`);
  await page.locator('main li button').first().click();
}

const wide: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['logs', go('logs')],
  ['log-row', openFailedRow],
  ['traces', go('traces')],
  ['operations', goView('operations')],
  ['service-graph', goView('graph')],
  ['trace', openTrace],
  ['span', openFailedSpan],
  ['metrics', openMetric],
  ['explorer', openExplorer],
  ['dashboard', openDashboard],
  ['rules', openRule],
  ['sources', go('sources')],
];
const narrow = wide.filter(([name]) =>
  ['logs', 'log-row', 'traces', 'operations', 'service-graph', 'trace', 'explorer', 'dashboard', 'rules'].includes(
    name,
  ),
);

const browser = await launchBrowser(process.env['CHROMIUM'] ?? '/usr/bin/chromium');
for (const theme of ['dark', 'light'] as const) {
  for (const [shots, size, suffix] of [
    [wide, { width: 1440, height: 900 }, ''],
    [theme === 'dark' ? narrow : [], { width: 390, height: 844 }, '-phone'],
  ] as const) {
    for (const [name, visit] of shots) {
      if (names !== '' && !names.split(',').includes(name)) continue;
      const { context, page, complaints } = await openPage(browser, { theme, ...size });
      await visit(page);
      await settle(page);
      writeFileSync(join(folder, `${name}-${theme}${suffix}.png`), shrinkPng(await page.screenshot()));
      if (complaints.length > 0) console.log(name, theme, complaints);
      await context.close();
    }
  }
}
await browser.close();
await fixture?.close();
