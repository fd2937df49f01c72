import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/support/http-app.ts';
import type { DashboardResponse, DashboardsResponse, DashboardSummary } from '../../api/dashboards.ts';
import type { QueryLintResponse } from '../../api/query-lint.ts';
import { API_PREFIX } from '../../api/routes.ts';
import { openFileStateStore } from '../../storage/state/file-state-store.ts';
import { DashboardLibrary, readDashboardFile } from './dashboard-library.ts';

let app: TestApp;
beforeEach(async () => {
  app = await createTestApp();
});
afterEach(() => app.close());

const PATH = `${API_PREFIX}/dashboards`;
const headers = { host: '127.0.0.1:7070' };
const get = (url: string): Promise<LightMyRequestResponse> => app.app.inject({ method: 'GET', url, headers });
const post = (url: string, payload: object): Promise<LightMyRequestResponse> =>
  app.app.inject({ method: 'POST', url, payload, headers });
const remove = (id: string): Promise<LightMyRequestResponse> =>
  app.app.inject({ method: 'DELETE', url: `${PATH}/${id}`, headers });
const codeOf = (response: LightMyRequestResponse): string => response.json<{ error: { code: string } }>().error.code;

const samples = globSync('src/dashboards/samples/*.json', { cwd: join(import.meta.dirname, '../../..') });

test('every dashboard comes back byte for byte, also from a server that starts again', async () => {
  expect(samples.length).toBeGreaterThan(3);
  const texts = samples.map((path) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8'));
  const odd = `\uFEFF {"title" : "订单\\u0000\\ud83d", "panels":[ ],\r\n\t"n": 1.0e2, "n": 90071992547409931}\n\n`;
  const again = await openFileStateStore(join(app.folder, 'elsewhere'));
  const library = new DashboardLibrary(again);
  for (const text of [...texts, odd]) {
    const { id } = (await post(PATH, { text })).json<DashboardSummary>();
    expect((await get(`${PATH}/${encodeURIComponent(id)}`)).json<DashboardResponse>().text).toBe(text);
    await library.import(text, false);
  }
  await again.close();
  const reopened = await openFileStateStore(join(app.folder, 'elsewhere'));
  const list = await new DashboardLibrary(reopened).list();
  expect(list).toHaveLength(texts.length + 1);
  for (const { id } of list) expect([...texts, odd]).toContain((await new DashboardLibrary(reopened).read(id)).text);
  await reopened.close();
  const { dashboards } = (await get(PATH)).json<DashboardsResponse>();
  expect(dashboards.find(({ id }) => id === 'orders_2022')).toMatchObject({ title: 'Orders', panels: 9, notDrawn: 5 });
});

test('a second dashboard with the same id is refused, or takes the place', async () => {
  const text = (title: string): string => JSON.stringify({ uid: 'a', title, panels: [] });
  expect((await post(PATH, { text: text('one') })).statusCode).toBe(200);
  const refused = await post(PATH, { text: text('two') });
  expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'DASHBOARD_EXISTS']);
  expect((await post(PATH, { text: text('two'), replace: true })).json()).toMatchObject({ id: 'a', title: 'two' });
  expect((await remove('a')).statusCode).toBe(200);
  expect(codeOf(await remove('a'))).toBe('DASHBOARD_UNKNOWN');
  expect(codeOf(await get(`${PATH}/a`))).toBe('DASHBOARD_UNKNOWN');
  const audit = (await get(`${API_PREFIX}/audit`)).json<{ entries: { action: string; target: string }[] }>();
  expect(audit.entries.map(({ action }) => action).toSorted()).toEqual([
    'dashboard.delete',
    'dashboard.import',
    'dashboard.import',
  ]);
});

test('what is no dashboard is refused with its place', async () => {
  for (const [text, reason] of [
    ['{"panels": [}', /line 1, column 13/],
    ['{"title": "x"}', /expected "panels"/],
  ] as const) {
    const answer = await post(PATH, { text });
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, 'DASHBOARD_UNREADABLE']);
    expect(answer.json<{ error: { message: string } }>().error.message).toMatch(reason);
  }
  expect((await post(PATH, {})).statusCode).toBe(400);
  expect((await get(`${PATH}/..%2fetc`)).statusCode).toBe(400);
});

test('a dashboard of several megabytes is taken', async () => {
  const content = '说明 "quoted" '.repeat(200_000);
  const text = JSON.stringify({ uid: 'long', title: 'long', panels: [{ type: 'text', options: { content } }] });
  expect((await post(PATH, { text })).statusCode).toBe(200);
  expect((await get(`${PATH}/long`)).json<DashboardResponse>().text).toBe(text);
  expect((await post(PATH, { text: ' '.repeat((8 << 20) + 1) })).statusCode).toBe(400);
});

test('dashboards of files are shown, replaced together, and not deleted', async () => {
  const read = (path: string, title: string) => {
    const file = readDashboardFile({ path, text: JSON.stringify({ dashboard: { title, rows: [] } }) });
    if (!file.ok) throw new Error(file.error);
    return file.value;
  };
  app.dashboards.setFiles([read('/etc/监控.json', '监控'), read('/etc/b.json', '')]);
  const { dashboards } = (await get(PATH)).json<DashboardsResponse>();
  expect(dashboards.map(({ title }) => title)).toEqual(['b.json', '监控']);
  const id = dashboards[1]?.id ?? '';
  expect(id).toMatch(/^file-/);
  expect(codeOf(await remove(id))).toBe('DASHBOARD_OF_FILE');
  app.dashboards.setFiles([read('/etc/监控.json', 'new')]);
  expect((await get(PATH)).json<DashboardsResponse>().dashboards.map(({ title }) => title)).toEqual(['new']);
  expect((await get(`${PATH}/${id}`)).json<DashboardResponse>().title).toBe('new');
});

test('any uid and title lead to an id that can be asked for', async () => {
  const state = await openFileStateStore(join(app.folder, 'any'));
  const library = new DashboardLibrary(state);
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string({ unit: 'binary' }), async (uid, title) => {
      const text = JSON.stringify({ uid, title, panels: [] });
      const { id } = await library.import(text, true);
      expect(id).toMatch(/^[\w.-]{1,100}$/);
      expect((await library.read(id)).text).toBe(text);
    }),
    { numRuns: 50 },
  );
  await state.close();
});

test('queries are linted with places and fixes', async () => {
  const queries = ['rate(a_total{code="5"}[5m]) / rate(a_total[5m])', 'up', 'sum(é'];
  const answer = await post(`${API_PREFIX}/queries/lint`, { queries });
  const { answers } = answer.json<QueryLintResponse>();
  expect(answers[0]?.findings[0]).toMatchObject({
    check: 'division-by-itself',
    start: 0,
    fix: 'sum(rate(a_total{code="5"}[5m])) / sum(rate(a_total[5m]))',
  });
  expect(answers[1]).toEqual({ findings: [] });
  expect(answers[2]?.error).toMatchObject({ start: 4 });
});
