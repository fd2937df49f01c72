// The pages on a real server with the files that users have: prometheus.yml, alerts.yml and dashboard.json, beside a Python program that counts
// as monitoring.py does. Of prometheus.yml only the port and the interval differ, so that tests run beside each other and end soon.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { buildUi } from '../../tools/build-ui.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { need, needShared } from '../support/need.ts';
import { seriousFaults } from './axe.ts';
import { launchBrowser, openPage } from './browser.ts';

let server: HolterServer | undefined;
let target: ChildProcess | undefined;
let browser: Browser | undefined;
let folder: string | undefined;

afterEach(async () => {
  await browser?.close();
  target?.kill();
  await server?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function startTarget(python: string, seeds: string): Promise<string> {
  target = spawn(python, [join(import.meta.dirname, '../targets/seed_metrics.py'), seeds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: target.stdout! })) return line;
  throw new Error('the target ended');
}

test('three working panels with live data, rules that are evaluated, and a query of the explorer', async (context) => {
  const seeds = needShared(context, 'seeds');
  const port = await startTarget(need(context, 'prometheus_client'), seeds);
  folder = mkdtempSync(join(tmpdir(), 'seeds-'));
  const prometheus = readFileSync(join(seeds, 'prometheus.yml'), 'utf8')
    .replace('localhost:8000', `localhost:${port}`)
    .replaceAll('15s', '2s');
  writeFileSync(join(folder, 'prometheus.yml'), prometheus);
  writeFileSync(join(folder, 'alerts.yml'), readFileSync(join(seeds, 'alerts.yml'), 'utf8').replace('30s', '2s'));
  await buildUi();
  server = await startServer({ flags: [join(folder, 'prometheus.yml'), join(seeds, 'dashboard.json')] });
  browser = await launchBrowser(need(context, 'chromium'));
  const { page, complaints } = await openPage(browser);

  await page.goto(`${server.url}/ui/dashboards?from=now-5m&to=now&refresh=5`);
  await page.getByRole('link', { name: 'Python应用监控' }).click();
  for (const [panel, line] of [
    ['请求速率', /^Show GET \/结算/],
    ['响应时间分布', /^Show 95分位/],
    ['错误率', /^Show 错误率/],
  ] as const) {
    const region = page.getByRole('region', { name: panel, exact: true }).first();
    await region.getByRole('button', { name: line }).first().waitFor();
    await region.locator('canvas').waitFor();
  }
  await page.getByRole('button', { name: '1 doubt about this panel' }).click();
  await page.getByText(/divided by itself/).waitFor();
  await page.getByRole('link', { name: 'Explore' }).click();
  await page.getByRole('table', { name: 'Lines of the chart' }).locator('tbody tr').first().waitFor();
  expect(await page.getByRole('table', { name: 'Lines of the chart' }).locator('tbody tr').count()).toBe(1);

  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await page.getByRole('button', { name: /^(?:Pending|Firing)\s*HighErrorRate/ }).click();
  await page.getByText('threshold > 0.05').waitFor();
  await page.getByRole('table', { name: 'Alerts' }).getByText('endpoint=/结算').first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
