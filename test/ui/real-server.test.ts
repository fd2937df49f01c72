// The pages on a real server: from the empty start over the first rows to the four pages, without a word of a fixture.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUi } from '../../tools/build-ui.ts';
import { readProvisions } from '../../tools/test-setup.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';
import { launchBrowser, openPage } from './browser.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const TRACEBACK = `Traceback (most recent call last):
  File "/srv/支付.py", line 3, in pay
    raise TimeoutError("支付超时")
TimeoutError: 支付超时`;

let server: HolterServer;
let browser: Browser | undefined;

beforeAll(async () => {
  if (readProvisions().get('chromium')?.ok !== true) return;
  await buildUi();
  server = await startServer();
});

afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const nanos = (millis: number): string => `${Math.floor(millis)}000000`;

async function send(signal: 'logs' | 'traces' | 'metrics', body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.otlpHttp}/v1/${signal}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

const resource = { attributes: [attribute('service.name', '支付服务')] };

const sendLogs = (bodies: readonly string[]): Promise<void> =>
  send('logs', {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            logRecords: bodies.map((body, place) => ({
              timeUnixNano: nanos(Date.now() - 1000 + place),
              severityNumber: place === 0 ? 17 : 9,
              severityText: place === 0 ? 'ERROR' : 'INFO',
              body: { stringValue: body },
              ...(place === 0 && {
                traceId: TRACE,
                spanId: 'eee19b7ec3c1b174',
                attributes: [
                  attribute('exception.type', 'TimeoutError'),
                  attribute('exception.message', '支付超时'),
                  attribute('exception.stacktrace', TRACEBACK),
                ],
              }),
            })),
          },
        ],
      },
    ],
  });

function sendTrace(): Promise<void> {
  const start = Date.now() - 2000;
  const span = (spanId: string, parentSpanId: string, name: string, from: number, to: number): object => ({
    traceId: TRACE,
    spanId,
    parentSpanId,
    name,
    kind: 2,
    startTimeUnixNano: nanos(start + from),
    endTimeUnixNano: nanos(start + to),
    status: spanId === 'eee19b7ec3c1b174' ? { code: 2, message: 'TimeoutError' } : {},
  });
  const spans = [
    span('aaa19b7ec3c1b174', '', 'POST /结算', 0, 400),
    span('eee19b7ec3c1b174', 'aaa19b7ec3c1b174', 'pay', 50, 350),
  ];
  return send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

async function sendMetrics(): Promise<void> {
  const now = Date.now();
  for (let step = 0; step < 4; step++) {
    const at = now - (4 - step) * 15_000;
    const dataPoints = [{ timeUnixNano: nanos(at), startTimeUnixNano: nanos(at - 60_000), asInt: String(step * 30) }];
    const metric = {
      name: 'shop.orders',
      description: 'Orders taken.',
      sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints },
    };
    await send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] });
  }
}

const soon = <T>(read: () => T) => expect.poll(read);
const rows = (page: Page) => page.locator('main [role=option]');

test('first steps, then logs, a trace, a metric and the ledger of what was sent', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  await server.remove();
  server = await startServer();
  const { page, complaints } = await openPage(browser);
  await page.goto(server.url);
  await page.getByRole('heading', { name: 'Nothing has arrived yet' }).waitFor();
  await page.getByText(`OTEL_EXPORTER_OTLP_ENDPOINT=${server.otlpHttp}`).waitFor();

  await sendTrace();
  await sendMetrics();
  await sendLogs(['支付失败 order 42', ...Array.from({ length: 20 }, (_, place) => `order ${place} taken`)]);
  await rows(page).first().waitFor();
  await soon(async () => {
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    return rows(page).count();
  }).toBeGreaterThanOrEqual(21);

  await page.getByRole('button', { name: 'ERR error' }).click();
  await rows(page).filter({ hasText: '支付失败' }).click();
  const detail = page.getByRole('complementary', { name: 'The open row' });
  await detail.getByText('/srv/支付.py:3').waitFor();
  await detail.getByRole('link', { name: 'Its trace' }).click();
  const waterfall = page.getByRole('listbox', { name: 'Waterfall' });
  await waterfall.getByText('POST /结算').waitFor();
  await waterfall.getByText('支付失败 order 42').waitFor();
  await page.getByRole('complementary', { name: 'The open span' }).waitFor();

  await page.getByRole('link', { name: 'Metrics', exact: true }).click();
  await rows(page).filter({ hasText: 'shop_orders_total' }).click();
  const lines = page.getByRole('table', { name: 'Lines of the chart' });
  await soon(() => lines.locator('tbody tr').count()).toBe(1);
  await soon(() => lines.locator('tbody td').nth(2).textContent()).toBe('2');

  await page.getByRole('link', { name: 'Sources', exact: true }).click();
  const line = page.getByRole('row').filter({ hasText: 'otlp/http' }).first();
  await line.waitFor();
  await page.getByText('balance', { exact: true }).waitFor();
  const errors = server
    .output()
    .split('\n')
    .filter((text) => /"level":[56]0/.test(text));
  expect(complaints, errors.join('\n')).toEqual([]);
});

test('live tail shows what comes in while it is open', async (context) => {
  browser ??= await launchBrowser(need(context, 'chromium'));
  const { page } = await openPage(browser);
  // What a first try has sent is there at the second.
  const word = `尾随${randomUUID().replaceAll('-', '')}`;
  await page.goto(`${server.url}/ui/logs?live=1&q=${word}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await sendLogs([`${word} one`, `${word} two`, 'something else']);
  await soon(() => rows(page).count()).toBe(2);
});
