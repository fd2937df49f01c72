// Operations and the service graph on the Traces page: what is chosen stands in the address, by pointer and by keyboard.
import { expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import { fixturePages, searchOf, soon } from './fixture-pages.ts';

const pages = fixturePages();

test('operations: sorted, narrowed, and one opened as the list of its traces', async () => {
  const { page, complaints } = await pages.visit('traces?from=now-15m&to=now');
  await page.locator('main [role=option]').first().waitFor();
  await page.getByRole('button', { name: 'Operations' }).click();
  const rows = page.getByRole('table', { name: 'Operations' }).locator('tbody tr');
  await soon(() => rows.count()).toBe(8);
  expect(await rows.first().textContent()).toContain('POST /api/v1/orders');
  await page.getByRole('button', { name: 'Errors' }).click();
  await soon(() => searchOf(page).get('sort')).toBe('-errors');
  await soon(() => rows.first().textContent()).toContain('authorise');
  expect(await rows.first().textContent()).toMatch(/0\.803\/s1\.7 %15\.0 ms/);
  await page.getByLabel('Service', { exact: true }).selectOption('payments');
  await page.getByLabel('Kind', { exact: true }).selectOption('server');
  await soon(() => rows.count()).toBe(1);
  expect(Object.fromEntries(searchOf(page))).toMatchObject({ view: 'operations', service: 'payments', kind: 'server' });
  await page.reload();
  await soon(() => rows.count()).toBe(1);
  await page.getByRole('link', { name: 'authorise' }).focus();
  await page.keyboard.press('Enter');
  await soon(() => searchOf(page).get('operation')).toBe('authorise');
  expect(Object.fromEntries(searchOf(page))).toMatchObject({ from: 'now-15m', service: 'payments' });
  expect(searchOf(page).get('view')).toBeNull();
  await page.locator('main [role=option]').first().waitFor();
  expect(complaints).toEqual([]);
});

test('the service graph: a node is chosen by keyboard, its calls are listed, its traces are a link away', async () => {
  const { page, complaints } = await pages.visit('traces?view=graph');
  const calls = page.getByRole('table', { name: 'Service graph' }).locator('tbody tr');
  await soon(() => calls.count()).toBe(10);
  const payments = page.getByRole('button', { name: /^payments/ });
  await payments.focus();
  await page.keyboard.press('Enter');
  await soon(() => searchOf(page).get('node')).toBe('service:payments');
  await soon(() => calls.count()).toBe(2);
  expect(await payments.getAttribute('aria-pressed')).toBe('true');
  await page.reload();
  await soon(() => calls.count()).toBe(2);
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Traces of payments' }).click();
  await soon(() => searchOf(page).get('service')).toBe('payments');
  expect([searchOf(page).get('view'), searchOf(page).get('node')]).toEqual([null, null]);
  expect(complaints).toEqual([]);
});

test('in Chinese, on a phone', async () => {
  const phone = { width: 390, height: 844, language: 'zh-CN' };
  for (const [view, name] of [
    ['operations', '操作'],
    ['graph', '服务图'],
  ] as const) {
    const { page, complaints } = await pages.visit(`traces?view=${view}`, phone);
    await page.getByRole('table', { name }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }
});
