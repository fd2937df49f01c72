import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { DashboardResponse } from '../../src/api/dashboards.ts';
import { seriousFaults } from './axe.ts';
import { fixturePages, searchOf, soon } from './fixture-pages.ts';
import { seedText } from './fixture-dashboards.ts';

const pages = fixturePages();
const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).first();

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds no serious fault and the console is silent: dashboards, ${theme}`, async () => {
    const { page, complaints } = await pages.visit('dashboards', { theme });
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('table', { name: 'Dashboards' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.goto(`${pages.fixture().url}/ui/dashboards/every-panel`);
    await panel(page, 'Latency').locator('canvas').waitFor();
    await panel(page, 'Broken').scrollIntoViewIfNeeded();
    await panel(page, 'Broken').getByRole('alert').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    // The broken panel's query is answered by 400, which a browser says in its console.
    expect(complaints.filter((text) => !/400/.test(text))).toEqual([]);
  });
}

test('a dashboard without places, ids and data source shows its three panels; one that divides by itself says so', async () => {
  const { page } = await pages.visit('dashboards', { language: 'zh-CN' });
  await page.getByRole('link', { name: 'Python应用监控' }).click();
  for (const name of ['请求速率', '响应时间分布', '错误率']) await panel(page, name).locator('canvas').waitFor();
  await panel(page, '请求速率').getByRole('button', { name: '显示 web-1:9100 /结算' }).waitFor();
  await panel(page, '错误率').getByRole('button', { name: '此面板有 1 处存疑' }).click();
  const doubts = page.getByRole('dialog', { name: '此面板有 1 处存疑' });
  await doubts.getByText(/每条序列都在除以它自己/).waitFor();
  await doubts.getByRole('link', { name: '探索' }).click();
  await soon(() => searchOf(page).get('q')).toBe(
    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
  );
});

test('every kind of panel is drawn, or says why not', async () => {
  const { page } = await pages.visit('dashboards/every-panel');
  await panel(page, 'Requests')
    .getByText(/^\d+\.\d req\/s$/)
    .waitFor();
  await panel(page, 'Failing').locator('[data-tone=error]').waitFor();
  await panel(page, 'Queue').getByRole('img', { name: /Mil/ }).waitFor();
  await panel(page, 'By path').getByText('/结算').waitFor();
  await panel(page, 'Requests by path in 5m').getByRole('table').getByText('结算 (checkout)').waitFor();
  await panel(page, 'Latency').locator('canvas').waitFor();
  await soon(() => panel(page, 'Paths').locator('tbody tr').count()).toBe(3);
  expect(await panel(page, 'Paths').locator('thead').textContent()).toBe('PathRequestsFailing');
  await panel(page, 'Errors').scrollIntoViewIfNeeded();
  await panel(page, 'Errors').getByText('payments').first().waitFor();
  await panel(page, '值班手册').getByRole('link', { name: '日志' }).waitFor();
  await panel(page, 'Heat')
    .getByText(/not drawn yet/)
    .waitFor();
  await panel(page, 'Broken').scrollIntoViewIfNeeded();
  await panel(page, 'Broken')
    .getByText(/1:29: parse error: unclosed left parenthesis/)
    .waitFor();
  expect(await panel(page, 'Memory').count()).toBe(0);
  await page.getByRole('button', { name: /^Folded/ }).click();
  await panel(page, 'Memory').scrollIntoViewIfNeeded();
  await panel(page, 'Memory').locator('canvas').waitFor();
  await soon(() => searchOf(page).get('folded')).toBe('1');
});

test('variables choose, chain and stand in the address', async () => {
  const { page } = await pages.visit('dashboards/every-panel');
  const lines = panel(page, 'Requests by path in 5m').getByRole('table').locator('tbody tr');
  await soon(() => lines.count()).toBe(3);
  await page.getByRole('button', { name: '路径: All' }).click();
  await page.getByRole('checkbox', { name: '/结算' }).click();
  await soon(() => searchOf(page).get('var-path')).toBe('/结算');
  await soon(() => lines.count()).toBe(1);
  await page.getByRole('checkbox', { name: '/api/v1/cart' }).click();
  await page.keyboard.press('Escape');
  await soon(() => lines.count()).toBe(2);
  await page.getByRole('combobox', { name: 'Window' }).selectOption('10m');
  await panel(page, 'Requests by path in 10m').waitFor();
  await page.reload();
  await page.getByRole('button', { name: '路径: /结算, /api/v1/cart' }).waitFor();
  await soon(() => panel(page, 'Requests by path in 10m').getByRole('table').locator('tbody tr').count()).toBe(2);
  await page.getByRole('textbox', { name: 'Find' }).fill('offsets');
  await page.keyboard.press('Enter');
  await soon(() => searchOf(page).get('var-find')).toBe('offsets');
  await panel(page, 'Errors').getByText('consumer committed offsets').first().waitFor();
});

test('the cursor moves in all charts together', async () => {
  const { page } = await pages.visit('dashboards/every-panel');
  const chart = panel(page, 'Latency').locator('.u-over');
  await panel(page, 'Requests by path in 5m').locator('canvas').waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 30);
  await panel(page, 'Latency').getByText('/结算 p95').first().waitFor();
  await panel(page, 'Requests by path in 5m')
    .getByText(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .waitFor();
});

test('a panel alone, its query in the explorer, and the JSON as it came', async () => {
  const { page } = await pages.visit('dashboards/every-panel');
  await panel(page, 'Latency').getByRole('button', { name: 'Menu of Latency' }).click();
  await page.getByRole('menuitem', { name: 'View alone' }).click();
  await soon(() => searchOf(page).get('panel')).toBe('7');
  await panel(page, 'Latency').locator('canvas').waitFor();
  await page.keyboard.press('Escape');
  await soon(() => searchOf(page).get('panel')).toBeNull();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'JSON' }).click(),
  ]);
  const saved = readFileSync(await download.path(), 'utf8');
  expect(saved).toBe(readFileSync(join(import.meta.dirname, 'every-panel.json'), 'utf8'));
  await panel(page, 'Requests by path in 5m')
    .getByRole('button', { name: /^Menu of/ })
    .click();
  await page.getByRole('menuitem', { name: 'Explore' }).click();
  await soon(() => searchOf(page).get('q')).toContain('[$__rate_interval]');
});

test('importing: what is no dashboard is refused with its place, a second time asks, deleting asks', async () => {
  const { page } = await pages.visit('dashboards');
  await page.getByRole('button', { name: 'Import' }).click();
  const text = page.getByRole('textbox', { name: /The JSON/ });
  await text.fill('{"panels": [}');
  await page.getByText(/line 1, column 13/).waitFor();
  // A first try may have left its own.
  const name = `订单 ${randomUUID()}`;
  await text.fill(seedText.replace('Python应用监控', name));
  await page.getByText(`${name}: 3 panels`).waitFor();
  const submit = (label: string) => page.locator('form').getByRole('button', { name: label, exact: true }).click();
  await submit('Import');
  await page.waitForURL(/dashboards\/\w+$/);
  const id = page.url().split('/').at(-1) ?? '';
  const stored = (await (
    await fetch(`${pages.fixture().url}/api/holter/v1/dashboards/${id}`)
  ).json()) as DashboardResponse;
  expect(stored.text).toBe(seedText.replace('Python应用监控', name));
  await page.goBack();
  // A page that is just being drawn again may lose the click.
  await soon(async () => {
    if ((await text.count()) === 0) await page.getByRole('button', { name: 'Import' }).first().click();
    return text.count();
  }).toBe(1);
  await text.fill(seedText.replace('Python应用监控', name));
  await submit('Import');
  await page.getByText(/was imported before/).waitFor();
  await submit('Replace');
  await page.waitForURL(/dashboards\/\w+$/);
  await page.goto(`${pages.fixture().url}/ui/dashboards`);
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await soon(() => page.getByRole('link', { name }).count()).toBe(0);
});

test('a phone: panels one below the other, nothing sticks out sideways', async () => {
  const { page } = await pages.visit('dashboards/every-panel', { width: 390, height: 844 });
  await panel(page, 'Requests')
    .getByText(/req\/s$/)
    .waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const widths = await page
    .locator('section[style*="--w"]')
    .evaluateAll((all) => all.map((entry) => Math.round(entry.getBoundingClientRect().width)));
  expect(new Set(widths).size).toBe(1);
});
