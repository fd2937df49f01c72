import { expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import { fixturePages, searchOf, soon } from './fixture-pages.ts';

const pages = fixturePages();

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds no serious fault and the console is silent: rules, ${theme}`, async () => {
    const { page, complaints } = await pages.visit('rules?rule=python_app_alerts/0', { theme });
    await page.getByRole('table', { name: 'Alerts' }).waitFor();
    await page.getByText('fired 2 × in this range').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test('groups, states, errors; a rule opens with its course, its alerts and the way to the explorer', async () => {
  const { page } = await pages.visit('rules');
  await page.getByRole('heading', { name: 'python_app_alerts' }).waitFor();
  await page.getByText(/many-to-one matching must be explicit/).waitFor();
  expect(await page.getByRole('button', { name: 'Firing 1' }).getAttribute('data-trouble')).toBe('');
  await page.getByRole('button', { name: /HighErrorRate/ }).click();
  await soon(() => searchOf(page).get('rule')).toBe('python_app_alerts/0');
  await page.getByText('threshold > 20').waitFor();
  await page.getByText('fires after 5m').waitFor();
  await soon(() => page.getByRole('table', { name: 'Alerts' }).locator('tbody tr').count()).toBe(2);
  await page.getByRole('link', { name: 'https://runbooks.example/errors' }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Explore' }).click();
  await soon(() => searchOf(page).get('q')).toBe('rate(http_requests_total{status="500"}[5m]) > 20');
});

test('rules are narrowed by state and words; Escape closes', async () => {
  const { page } = await pages.visit('rules?rule=python_app_alerts/2', { language: 'zh-CN' });
  await page.getByText('5m 后触发').waitFor();
  await page.keyboard.press('Escape');
  await soon(() => searchOf(page).get('rule')).toBeNull();
  await page.getByRole('button', { name: '等待 1' }).click();
  await soon(() => page.locator('main li').count()).toBe(1);
  await page.getByRole('button', { name: '等待 1' }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('支付');
  await soon(() => page.locator('main li').allTextContents()).toEqual([
    expect.stringContaining('job:http_requests:rate5m'),
  ]);
});

test('without rules the page says how to have some; a phone shows state and name', async () => {
  pages.fixture().setMode('empty');
  const { page } = await pages.visit('rules', { width: 390, height: 844 });
  await page.getByText(/There are no rules/).waitFor();
  pages.fixture().setMode('normal');
  await page.reload();
  await page.getByText('HighErrorRate').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
