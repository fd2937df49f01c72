import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildUi } from '../../tools/build-ui.ts';
import { readProvisions } from '../../tools/test-setup.ts';
import { need } from '../support/need.ts';
import { seriousFaults } from './axe.ts';
import { launchBrowser, openPage } from './browser.ts';
import { startFixture, type Fixture } from './fixture-server.ts';

let fixture: Fixture;
let browser: Browser | undefined;

beforeAll(async () => {
  if (readProvisions().get('chromium')?.ok !== true) return;
  await buildUi();
  fixture = await startFixture();
});

afterAll(async () => {
  await browser?.close();
  await fixture?.close();
});

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

beforeEach(async (context) => {
  const executable = need(context, 'chromium');
  browser ??= await launchBrowser(executable);
  fixture.setMode('normal');
});

async function visit(path: string, options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser!, options);
  await page.goto(`${fixture.url}/ui/${path}`);
  return page;
}

// What a page does after a click takes as long as the machine lets it.
const soon = <T>(read: () => T) => expect.poll(read);
const rows = (page: Page) => page.locator('main [role=option]');
const search = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

const firstTrace = async (page: Page): Promise<void> => {
  await rows(page).first().click();
  await page.waitForURL(/traces\/[0-9a-f]{32}/);
};

const places: readonly (readonly [string, string, (page: Page) => Promise<unknown>])[] = [
  ['logs', 'logs', (page) => rows(page).first().waitFor()],
  ['an open row', 'logs?q=level:error', (page) => rows(page).first().click()],
  ['traces', 'traces', (page) => rows(page).first().waitFor()],
  ['operations', 'traces?view=operations', (page) => page.getByRole('table').waitFor()],
  ['the service graph', 'traces?view=graph&node=service:orders', (page) => page.getByRole('table').waitFor()],
  ['a failed trace', 'traces?status=error', firstTrace],
  ['metrics', 'metrics?metric=http_requests_total', (page) => page.locator('canvas').waitFor()],
  ['sources', 'sources', (page) => page.getByText('otlp/grpc').first().waitFor()],
];

for (const theme of ['dark', 'light'] as const) {
  test.for(places)(`axe finds no serious fault and the console is silent: %s, ${theme}`, async ([, path, wait]) => {
    const { page, complaints } = await openPage(browser!, { theme });
    await page.goto(`${fixture.url}/ui/${path}`);
    await wait(page);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test('what is seen stands in the address: search, row, range and refresh survive a reload', async () => {
  const page = await visit('logs?from=now-15m&to=now&refresh=60&q=level:error');
  await rows(page).nth(2).click();
  await soon(() => search(page).get('row')).not.toBeNull();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  const before = await detail.locator('time').textContent();
  await page.reload();
  await soon(() => detail.locator('time').textContent()).toBe(before);
  expect(Object.fromEntries(search(page))).toMatchObject({
    from: 'now-15m',
    to: 'now',
    refresh: '60',
    q: 'level:error',
  });
  await page.getByRole('link', { name: 'Traces', exact: true }).click();
  await page.waitForURL(/\/ui\/traces/);
  await rows(page).first().waitFor();
  await soon(() => search(page).get('from')).toBe('now-15m');
  await soon(() => search(page).get('q')).toBeNull();
  await page.goBack();
  await soon(() => detail.locator('time').textContent()).toBe(before);
});

test('the range picker takes relative and typed times, and says what it cannot read', async () => {
  const page = await visit('logs');
  await rows(page).first().waitFor();
  await page.keyboard.press('t');
  await page.getByRole('button', { name: '15 min' }).click();
  await soon(() => search(page).get('from')).toBe('now-15m');
  await page.keyboard.press('t');
  await page.getByLabel('From', { exact: true }).fill('yesterday');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Expected a time such as').waitFor();
  await page.getByLabel('From', { exact: true }).fill('2026-11-20 09:30');
  await page.getByLabel('To', { exact: true }).fill('2026-11-20 10:00:30');
  await page.getByRole('button', { name: 'Apply' }).click();
  // The browser's zone is Asia/Shanghai.
  await soon(() => search(page).get('from')).toBe(String(Date.parse('2026-11-20T01:30:00Z')));
  await soon(() => search(page).get('to')).toBe(String(Date.parse('2026-11-20T02:00:30Z')));
  await page.getByText('No row matches').waitFor();
});

test('the keyboard alone: search, move, open, close, help', async () => {
  const page = await visit('logs');
  await rows(page).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('支付超时');
  await page.keyboard.press('Enter');
  await soon(() => search(page).get('q')).toBe('支付超时');
  await soon(() => rows(page).first().locator('mark').textContent()).toBe('支付超时');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await soon(() => rows(page).first().getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Enter');
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.waitFor();
  await soon(() => search(page).get('row')).not.toBeNull();
  const first = search(page).get('row');
  await page.keyboard.press('j');
  await soon(() => search(page).get('row')).not.toBe(first);
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and search' });
  await help.getByText('Next row').waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
});

test('the search box completes fields and values', async () => {
  const page = await visit('logs');
  const box = page.getByRole('combobox', { name: 'Search' });
  await box.pressSequentially('serv');
  await page.getByRole('option', { name: /^service:/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /service:payments/ }).waitFor();
  await box.pressSequentially('pay');
  await page.getByRole('option', { name: /service:orders/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await soon(() => search(page).get('q')).toBe('service:payments');
  await page.getByRole('combobox', { name: 'Search' }).fill('-nonsense level:loud');
  await page.keyboard.press('Enter');
  await page.getByText('only filters can be turned around').waitFor();
  await page.getByText('a level is one of').waitFor();
});

test('facets and fields filter for and against', async () => {
  const page = await visit('logs');
  await page.getByRole('button', { name: 'ERR error' }).click();
  await soon(() => search(page).get('q')).toBe('level:error');
  await page.getByRole('button', { name: 'Without service: payments' }).click();
  await soon(() => search(page).get('q')).toBe('level:error -service:payments');
  await soon(() => rows(page).first().textContent()).not.toContain('payments ');
  await rows(page).first().click();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.getByRole('button', { name: /^Only with retryable/ }).click();
  await soon(() => search(page).get('q')).toMatch(/^level:error -service:payments retryable:(true|false)$/);
});

test('a traceback shows its chain with our own frames; library frames on request; the neighbours of a row', async () => {
  const page = await visit('logs?q=level:error');
  await rows(page).first().click();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.getByText('caused by').waitFor();
  await detail.getByText('requests.exceptions.ReadTimeout').first().waitFor();
  expect(await detail.getByText('site-packages').count()).toBe(0);
  await detail.getByRole('button', { name: '2 library frames' }).click();
  await soon(() => detail.getByText('site-packages').count()).toBe(2);
  await detail.getByRole('button', { name: 'Around this' }).click();
  await page.getByText(/^Around 20/).waitFor();
  await soon(() => rows(page).count()).toBeGreaterThan(10);
  await page.getByRole('button', { name: 'Back to search' }).click();
  await soon(() => search(page).get('around')).toBeNull();
});

test('the histogram is brushed with the pointer and with the keys, and has a table twin', async () => {
  const page = await visit('logs');
  const chart = page.getByRole('slider', { name: /Rows over time/ });
  await page.locator('svg rect').first().waitFor();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await soon(() => Number(search(page).get('to')) - Number(search(page).get('from'))).toBeGreaterThan(600_000);
  const width = Number(search(page).get('to')) - Number(search(page).get('from'));
  expect(width).toBeLessThan(900_000);
  await page.locator('svg rect').first().waitFor();
  await chart.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await soon(() => Number(search(page).get('to')) - Number(search(page).get('from'))).toBeLessThan(width / 10);
  await page.getByRole('button', { name: 'As a table' }).click();
  await soon(() =>
    page
      .getByRole('table', { name: /Rows over time/ })
      .getByRole('row')
      .count(),
  ).toBeGreaterThan(2);
});

test('live tail runs, holds while the reader scrolls, and says what was left out', async () => {
  const page = await visit('logs');
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: 'Live tail' }).click();
  await soon(() => rows(page).first().textContent()).toContain('live ');
  const list = page.getByRole('listbox', { name: 'Log rows' });
  await list.hover();
  await page.mouse.wheel(0, 600);
  await page.getByText('Held while you read').waitFor();
  const shown = await rows(page).first().textContent();
  await page.getByRole('button', { name: /Show [1-9]\d* new/ }).waitFor();
  expect(await rows(page).first().textContent()).toBe(shown);
  await page.getByText(/\d+ rows not shown/).waitFor();
  await page.getByRole('button', { name: /Show \d+ new/ }).click();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('a list of a hundred thousand rows is fetched as it scrolls, with a bounded number of elements, wrapped or not', async () => {
  const page = await visit('logs');
  const list = page.getByRole('listbox', { name: 'Log rows' });
  await rows(page).first().waitFor();
  const size = async (): Promise<number> => Number(await rows(page).first().getAttribute('aria-setsize'));
  while ((await size()) < 3000) {
    const before = await size();
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await soon(size).toBeGreaterThan(before);
  }
  expect(await rows(page).count()).toBeLessThan(120);
  await page.getByRole('button', { name: 'Wrap lines' }).click();
  await list.evaluate((element) => element.scrollTo(0, 0));
  await soon(() => rows(page).first().getAttribute('aria-posinset')).toBe('1');
  expect(await rows(page).count()).toBeLessThan(120);
});

test('language and theme are chosen, and kept', async () => {
  const page = await visit('sources');
  await page.getByRole('button', { name: 'Theme and language' }).click();
  await page.getByRole('menuitemradio', { name: '简体中文' }).click();
  await page.getByText('谁在发送，去了哪里').waitFor();
  await page.getByRole('button', { name: '主题与语言' }).click();
  await page.getByRole('menuitemradio', { name: '浅色' }).click();
  await page.reload();
  await page.getByRole('link', { name: '链路' }).waitFor();
  await soon(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await soon(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
});

test('sources say where the series come from, and which metric grows', async () => {
  const page = await visit('sources');
  await page.getByRole('heading', { name: 'Where the series come from' }).waitFor();
  await page.getByText(/new: 412 in the last hour, 903 in the last day/).waitFor();
  const first = async (table: string): Promise<string[]> =>
    page.getByRole('table', { name: table }).locator('tbody tr').first().locator('td').allTextContents();
  expect(await first('Metrics with most series')).toEqual(['http_requests_total', '8.4 k']);
  expect(await first('Labels with most values')).toEqual(['user_id', '4.21 k']);
  expect(await first('Label values with most series')).toEqual(['job=shop', '12.1 k']);
  expect(await page.getByRole('table', { name: 'Metrics with most series' }).locator('tbody tr').count()).toBe(8);
  expect(await page.getByText('__name__=').count()).toBe(0);
  expect(await first('Growing metrics')).toEqual(['http_requests_total', '903']);
});

test('sources name a metric at its series budget, and the label that makes its series', async () => {
  const page = await visit('sources');
  const cells = page.getByRole('table', { name: 'Metrics at their series budget' }).locator('tbody tr td');
  await cells.first().waitFor();
  expect((await cells.allTextContents()).slice(0, 5)).toEqual([
    'http_requests_total',
    '900 / 900',
    '512',
    'user_id',
    'u-100412  用户7',
  ]);
});

test('a trace: failures first, spans fold, its logs stand between them, a span opens', async () => {
  const page = await visit('traces?status=error');
  await firstTrace(page);
  const faults = page.getByRole('list', { name: 'Spans that failed' });
  expect(await faults.getByRole('button').first().textContent()).toContain('POST pay.internal');
  const waterfall = page.getByRole('listbox', { name: 'Waterfall' });
  const all = await waterfall.getByRole('option').count();
  await page.getByRole('button', { name: /log lines/ }).click();
  await soon(() => waterfall.getByRole('option').count()).toBeLessThanOrEqual(all);
  await page.getByRole('button', { name: 'Fold', exact: true }).click();
  await waterfall
    .getByText(/^\+\d+$/)
    .first()
    .waitFor();
  await soon(() => search(page).get('folded')).not.toBeNull();
  await page.getByRole('button', { name: 'Unfold' }).click();
  await faults.getByRole('button').first().click();
  const detail = page.getByRole('complementary', { name: 'The open span' });
  await detail.getByText('shop.payments.PaymentTimeout').first().waitFor();
  await page.reload();
  await detail.getByText('shop.payments.PaymentTimeout').first().waitFor();
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/ui\/traces$/);
});

test('traces are filtered by service, status and duration; a box in the picture does the same', async () => {
  const page = await visit('traces');
  await page.getByRole('combobox', { name: 'Service' }).selectOption('payments');
  await page.getByRole('button', { name: 'Error', exact: true }).click();
  await page.getByLabel('min').fill('50');
  await page.keyboard.press('Enter');
  await soon(() => Object.fromEntries(search(page))).toMatchObject({ service: 'payments', status: 'error', min: '50' });
  const picture = page.getByRole('img', { name: /Duration of/ });
  const box = (await picture.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.4, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 3 });
  await page.mouse.up();
  await soon(() => search(page).get('max')).not.toBeNull();
  await soon(() => search(page).get('from')).toMatch(/^\d{13}$/);
});

test('a metric is found, shown as a rate that no restart makes negative, and split', async () => {
  const page = await visit('metrics');
  await page.getByRole('combobox', { name: 'Find a metric' }).fill('requests answered path');
  await page.locator('[role=listbox][aria-label=Metrics] [role=option]').first().click();
  await soon(() => search(page).get('metric')).toBe('http_requests_total');
  const table = page.getByRole('table', { name: 'Lines of the chart' });
  await soon(() => table.locator('tbody tr').count()).toBe(6);
  for (const text of await table.locator('tbody td:nth-child(4)').allTextContents())
    expect(Number(text)).toBeGreaterThanOrEqual(0);
  await page.getByRole('combobox', { name: 'Split by' }).selectOption('path');
  await soon(() => table.locator('tbody tr').count()).toBe(3);
  await soon(() => search(page).get('by')).toBe('path');
  await page.getByRole('button', { name: 'Raw values' }).click();
  await soon(() => search(page).get('show')).toBe('raw');
  const chart = page.getByRole('slider', { name: /http_requests_total/ });
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await soon(() => chart.getAttribute('aria-valuetext')).toMatch(/path=/);
});

test('what is wrong cannot be missed: a broken store, a loss, books that do not balance', async () => {
  fixture.setMode('broken');
  const page = await visit('sources');
  const alarm = page.getByRole('alert').first();
  await alarm.getByText('The store is down').waitFor();
  await alarm.getByText('12 rows are unaccounted for').waitFor();
  const line = page.getByRole('row').filter({ hasText: 'tcp:127.0.0.1:5170' });
  await line.getByText('12 missing').waitFor();
  await page.getByRole('link', { name: 'Logs', exact: true }).click();
  await alarm.getByText('The store is down').waitFor();
});

test('a first start shows what to paste, then what arrives', async () => {
  fixture.setMode('empty');
  const page = await visit('logs');
  await page.getByRole('heading', { name: 'Nothing has arrived yet' }).waitFor();
  await page.getByText('opentelemetry-instrument').waitFor();
  await page.getByText('127.0.0.1:4317', { exact: true }).waitFor();
  // What the server tells of its own machine is no arrival, and can be looked at.
  await page.getByText('waiting for the first row').waitFor();
  expect(await page.getByText('holter:web-1').count()).toBe(0);
  await page.getByRole('link', { name: 'Sources', exact: true }).click();
  await page.getByText('holter:web-1').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Nothing has arrived yet' }).waitFor();
  fixture.setMode('normal');
  await rows(page).first().waitFor();
});

test('where a token is asked for, nothing is shown without it', async () => {
  fixture.setMode('locked');
  const page = await visit('logs');
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('this token is not known').waitFor();
  await page.getByLabel('Token').fill('secret');
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor();
});

test('a phone at night: nothing sticks out sideways, a row opens and closes, filters are at hand', async () => {
  const page = await visit('logs', { width: 390, height: 844 });
  await rows(page).first().waitFor();
  for (const path of ['traces', 'metrics?metric=queue_depth', 'sources', 'logs']) {
    await page.goto(`${fixture.url}/ui/${path}`);
    await page.getByRole('navigation').waitFor();
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excess, path).toBeLessThanOrEqual(0);
  }
  await page.getByRole('button', { name: 'Filters' }).tap();
  await page.getByRole('button', { name: 'ERR error' }).tap();
  await page.getByRole('button', { name: 'Filters' }).tap();
  await rows(page).first().tap();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.getByRole('button', { name: 'Close' }).tap();
  await detail.waitFor({ state: 'detached' });
});
