import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import { fixturePages, searchOf, soon } from './fixture-pages.ts';

const pages = fixturePages();
const RATE = 'rate(http_requests_total[5m])';
const editor = (page: Page, letter = 'A') => page.getByRole('textbox', { name: `Query ${letter}` });
const legend = (page: Page) => page.getByRole('table', { name: 'Lines of the chart' });

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds no serious fault and the console is silent: explorer, ${theme}`, async () => {
    const { page, complaints } = await pages.visit(
      `metrics?q=${RATE}&q2=histogram_quantile(0.9,http_request_duration_seconds_bucket)&exemplars=1`,
      { theme },
    );
    await legend(page).getByRole('button', { name: /^A \{/ }).first().waitFor();
    await page
      .getByText(/reads the raw counters/)
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await page.getByRole('table', { name: RATE }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test('a query is written with completion, run by Enter, and stands in the address', async () => {
  const { page } = await pages.visit('metrics');
  await editor(page).click();
  await page.keyboard.type('http_req', { delay: 30 });
  const offer = page.locator('.cm-tooltip-autocomplete li', { hasText: 'http_requests_total' });
  await offer.waitFor();
  // In its first moment the list takes no key, so that nothing is taken by accident.
  await page.waitForTimeout(200);
  await page.keyboard.press('Enter');
  await soon(() => editor(page).textContent()).toMatch(/^http_request/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('sum by (path) (rate(http_requests_total[5m]');
  // The editor closes what was opened.
  await soon(() => editor(page).textContent()).toBe('sum by (path) (rate(http_requests_total[5m]))');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await soon(() => searchOf(page).get('q')).toBe('sum by (path) (rate(http_requests_total[5m]))');
  await soon(() => legend(page).locator('tbody tr').count()).toBe(3);
  await page.reload();
  await soon(() => legend(page).locator('tbody tr').count()).toBe(3);
});

test('what is wrong stands under the query with its place, and a doubtful query with the corrected one', async () => {
  const { page } = await pages.visit(`metrics?q=${encodeURIComponent('sum(rate(http_requests_total[5m])')}`);
  const alert = page.getByRole('group', { name: 'Queries' }).getByRole('alert');
  await soon(() => alert.textContent()).toMatch(/1:34: unclosed left parenthesis/);
  await page.locator('.cm-lintRange-error').waitFor();
  await page.goto(
    `${pages.fixture().url}/ui/metrics?q=${encodeURIComponent('rate(http_requests_total{status="500"}[5m]) / rate(http_requests_total[5m])')}`,
  );
  await page.getByText(/divided by itself/).waitFor();
  const fixed = 'sum(rate(http_requests_total{status="500"}[5m])) / sum(rate(http_requests_total[5m]))';
  await page.getByRole('button', { name: fixed }).click();
  await soon(() => searchOf(page).get('q')).toBe(fixed);
  await soon(() => legend(page).locator('tbody tr').count()).toBe(1);
});

test('several queries, hidden ones, lines switched off, stacked, a step: all in the address', async () => {
  const { page } = await pages.visit(`metrics?q=${RATE}`);
  await soon(() => legend(page).locator('tbody tr').count()).toBe(6);
  await page.getByRole('button', { name: 'Add a query' }).click();
  await soon(() => editor(page, 'B').evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type('queue_depth');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Run' }).nth(1).click();
  await soon(() => legend(page).locator('tbody tr').count()).toBe(12);
  await page.getByRole('button', { name: 'Show query A' }).click();
  await soon(() => legend(page).locator('tbody tr').count()).toBe(6);
  await soon(() => searchOf(page).get('hide')).toBe('A');
  await legend(page)
    .getByRole('button', { name: /^Show queue_depth/ })
    .first()
    .click();
  await soon(() => searchOf(page).get('off')).not.toBeNull();
  await soon(() => legend(page).locator('[data-hidden]').count()).toBe(1);
  await page.getByRole('button', { name: 'Stacked' }).click();
  await page.getByRole('textbox', { name: 'Step' }).fill('1m');
  await page.keyboard.press('Enter');
  await soon(() => searchOf(page).get('step')).toBe('1m');
  await page.getByText('step 1.00 min').waitFor();
  await page.reload();
  await soon(() => legend(page).locator('[data-hidden]').count()).toBe(1);
  await soon(() => page.getByRole('button', { name: 'Stacked' }).getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('button', { name: 'Remove query B' }).click();
  await soon(() => searchOf(page).get('q2')).toBeNull();
});

test('an exemplar opens its trace; the cost of the answer is told', async () => {
  const { page } = await pages.visit(
    'metrics?q=histogram_quantile(0.95,sum+by+(le)+(rate(http_request_duration_seconds_bucket[5m])))&exemplars=1',
  );
  await page.getByText(/samples read/).click();
  await page.getByRole('table', { name: 'Where the time went' }).waitFor();
  await page.getByText('24 exemplars with a trace').waitFor();
  await page
    .getByRole('button', { name: /·.*· [0-9a-f]{32}/ })
    .first()
    .click();
  await page.waitForURL(/traces\/[0-9a-f]{32}/);
});

test('who knows no PromQL picks a metric, and can take it over as PromQL', async () => {
  const { page } = await pages.visit('metrics?metric=http_requests_total&by=path', { language: 'zh-CN' });
  await page.getByRole('button', { name: '用 PromQL 编写' }).click();
  await soon(() => searchOf(page).get('q')).toBe('sum by (path) (rate(http_requests_total[$__rate_interval]))');
  await soon(() => page.getByRole('table', { name: '图中的线' }).locator('tbody tr').count()).toBe(3);
  await page.getByRole('button', { name: '改为选择指标' }).click();
  await page.getByRole('heading', { name: 'http_requests_total' }).waitFor();
});

test('remarks of the engine are shown; an empty answer says so', async () => {
  const { page } = await pages.visit('metrics?q=rate(queue_depth[5m])&view=table');
  await page.getByText(/metric might not be a counter/).waitFor();
  await page.goto(`${pages.fixture().url}/ui/metrics?q=no_such_metric`);
  await page.getByText('The answer is empty').waitFor();
});

test('the editor is fetched by its page alone', async () => {
  const { page } = await pages.visit('logs');
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  await page.reload();
  await page.locator('main [role=option]').first().waitFor();
  expect(scripts.filter((url) => /promql-editor/.test(url))).toEqual([]);
  await page.getByRole('link', { name: 'Metrics', exact: true }).click();
  await editor(page).waitFor();
  expect(scripts.some((url) => /promql-editor/.test(url))).toBe(true);
});

test('a phone: nothing sticks out sideways', async () => {
  const { page } = await pages.visit(`metrics?q=${RATE}`, { width: 390, height: 844 });
  await legend(page).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
