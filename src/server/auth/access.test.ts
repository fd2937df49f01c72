import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createTestApp, type TestApp, type TestAppOptions } from '../../../test/support/http-app.ts';
import { API_PREFIX, routes, type Route } from '../../api/routes.ts';

const SERVICES = `${API_PREFIX}/services`;
const TOKENS = `${API_PREFIX}/tokens`;
let current: TestApp | undefined;

async function start(options?: TestAppOptions): Promise<TestApp> {
  current = await createTestApp(options);
  return current;
}
afterEach(async () => {
  await current?.close();
  current = undefined;
});

type Headers = Record<string, string>;
const get = (app: TestApp, url: string, headers: Headers = {}): Promise<LightMyRequestResponse> =>
  app.app.inject({ method: 'GET', url, headers: { host: '127.0.0.1:7070', ...headers } });
const post = (app: TestApp, url: string, payload: object, headers: Headers = {}): Promise<LightMyRequestResponse> =>
  app.app.inject({ method: 'POST', url, payload, headers: { host: '127.0.0.1:7070', ...headers } });
const codeOf = (response: LightMyRequestResponse): unknown =>
  response.json<{ error?: { code: string } }>().error?.code ?? response.statusCode;
const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

test('without tokens a loopback address is open', async () => {
  const app = await start();
  expect((await get(app, SERVICES)).statusCode).toBe(200);
  expect((await get(app, `${API_PREFIX}/session`)).json()).toEqual({
    required: false,
    signedIn: true,
    name: 'local',
    permissions: ['ingest', 'query', 'diagnose'],
    administrator: true,
  });
});

test('from the first token on, every route but the open ones asks for one, also for the last one revoked elsewhere', async () => {
  const app = await start();
  const { id, secret } = await app.tokens.create('网关', ['query']);
  const fill = { id: '1.2.3', traceId: '0'.repeat(31) + '1' };
  for (const route of Object.values(routes) as Route[]) {
    const url = API_PREFIX + route.path.replaceAll(/\{(\w+)\}/g, (_, name: 'id' | 'traceId') => fill[name]);
    const response = await app.app.inject({ method: route.method, url, headers: { host: 'localhost' } });
    if (route.access === 'open') expect([200, 400]).toContain(response.statusCode);
    else expect([url, codeOf(response)]).toEqual([url, 'TOKEN_MISSING']);
  }
  expect(codeOf(await get(app, '/metrics'))).toBe('TOKEN_MISSING');
  expect(codeOf(await post(app, '/-/reload', {}))).toBe('TOKEN_MISSING');
  expect((await get(app, '/-/ready')).statusCode).toBe(200);
  expect((await get(app, SERVICES, bearer(secret))).statusCode).toBe(200);
  const basic = `Basic ${Buffer.from(`anybody:${secret}`).toString('base64')}`;
  expect((await get(app, SERVICES, { authorization: basic })).statusCode).toBe(200);
  expect(codeOf(await get(app, SERVICES, bearer('holter_wrong')))).toBe('TOKEN_UNKNOWN');
  await app.tokens.revoke(id);
});

test('a permission does not include another', async () => {
  const app = await start();
  const { secret } = await app.tokens.create('sender', ['ingest']);
  expect(codeOf(await get(app, SERVICES, bearer(secret)))).toBe('PERMISSION_MISSING');
  expect(codeOf(await get(app, TOKENS, bearer(secret)))).toBe('PERMISSION_MISSING');
  expect(() => app.access.authorize(bearer(secret), { host: '0.0.0.0', port: 1 }, 'ingest')).not.toThrow();
  const all = await app.tokens.create('all three', ['ingest', 'query', 'diagnose']);
  expect(codeOf(await post(app, TOKENS, { name: 'x', permissions: ['query'] }, bearer(all.secret)))).toBe(
    'PERMISSION_MISSING',
  );
});

test('an expired token is none, and does not open the server again', async () => {
  const app = await start();
  const { secret } = await app.tokens.create('short', ['query'], 1n);
  expect(codeOf(await get(app, SERVICES, bearer(secret)))).toBe('TOKEN_UNKNOWN');
  expect(codeOf(await get(app, SERVICES))).toBe('TOKEN_MISSING');
});

test('the administrator is who can read the data directory; tokens are created, listed, revoked, audited, and kept hashed', async () => {
  const app = await start();
  const file = join(app.folder, 'administrator.secret');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim()).toBe(app.administrator);
  const admin = bearer(app.administrator);
  const created = await post(app, TOKENS, { name: 'collector', permissions: ['ingest'], validFor: '30d' }, admin);
  const { id, secret } = created.json<{ id: string; secret: string }>();
  expect(readFileSync(join(app.folder, 'state/state.log'), 'utf8')).not.toContain(secret);
  const listed = (await get(app, TOKENS, admin)).json<{ tokens: { id: string; name: string; expires: string }[] }>();
  expect(listed.tokens).toMatchObject([{ id, name: 'collector', permissions: ['ingest'] }]);
  expect(JSON.stringify(listed)).not.toContain(secret);
  const gone = await app.app.inject({ method: 'DELETE', url: `${TOKENS}/${id}`, headers: admin });
  expect(gone.statusCode).toBe(200);
  const again = await app.app.inject({ method: 'DELETE', url: `${TOKENS}/${id}`, headers: admin });
  expect(codeOf(again)).toBe('TOKEN_ID_UNKNOWN');
  expect((await post(app, '/-/reload', {}, admin)).json()).toEqual({ reloaded: ['prometheus.yml'] });
  const audit = (await get(app, `${API_PREFIX}/audit?limit=2`, admin)).json<{
    entries: { who: string; action: string; target: string }[];
    nextBefore: string;
  }>();
  expect(audit.entries.map(({ who, action }) => [who, action])).toEqual([
    ['administrator', 'configuration.reload'],
    ['administrator', 'token.revoke'],
  ]);
  const rest = await get(app, `${API_PREFIX}/audit?before=${audit.nextBefore}`, admin);
  expect(rest.json()).toMatchObject({ entries: [{ action: 'token.create', target: id }] });
});

test('a browser signs in with a cookie that ends with its token, and that nobody can make', async () => {
  const app = await start({ listen: { host: '0.0.0.0', port: 7070 } });
  const { id, secret } = await app.tokens.create('ops', ['query']);
  const session = `${API_PREFIX}/session`;
  expect(codeOf(await post(app, session, { token: 'holter_wrong' }))).toBe('TOKEN_UNKNOWN');
  const signedIn = await post(app, session, { token: secret });
  const header = String(signedIn.headers['set-cookie']);
  expect(header).toMatch(/; HttpOnly; SameSite=Strict;/);
  const cookie = header.split(';')[0]!;
  expect(cookie).not.toContain(secret);
  expect((await get(app, SERVICES, { cookie })).statusCode).toBe(200);
  const forged = cookie.replace(id, '000000000000');
  expect(codeOf(await get(app, SERVICES, { cookie: forged }))).toBe('TOKEN_MISSING');
  const later = cookie.replace(/\.(\d+)\./, (_, expires: string) => `.${Number(expires) + 1}.`);
  expect(codeOf(await get(app, SERVICES, { cookie: later }))).toBe('TOKEN_MISSING');
  await app.tokens.revoke(id);
  expect(codeOf(await get(app, SERVICES, { cookie }))).toBe('TOKEN_MISSING');
});

test('a name that a web page lets point at loopback is refused', async () => {
  const app = await start({ access: { allowedHosts: ['holter.example'] } });
  for (const host of ['evil.example:7070', 'localhost.evil.example', '127.0.0.1.evil.example'])
    expect([host, codeOf(await get(app, SERVICES, { host }))]).toEqual([host, 'HOST_REFUSED']);
  for (const host of ['localhost:7070', '127.0.0.1', '[::1]:7070', 'Holter.Example', 'app.localhost'])
    expect([host, (await get(app, SERVICES, { host })).statusCode]).toEqual([host, 200]);
  // A password that nobody asked for does not help.
  expect(codeOf(await get(app, SERVICES, { host: 'evil.example', ...bearer('x') }))).toBe('HOST_REFUSED');
});

test('a page of another origin is refused, with every method', async () => {
  const app = await start();
  for (const origin of ['https://evil.example', 'http://127.0.0.1:8888', 'http://localhost:7070', 'null', 'nonsense']) {
    expect([origin, codeOf(await get(app, SERVICES, { origin }))]).toEqual([origin, 'ORIGIN_REFUSED']);
    expect(codeOf(await post(app, TOKENS, { name: 'x', permissions: ['query'] }, { origin }))).toBe('ORIGIN_REFUSED');
  }
  expect(codeOf(await get(app, SERVICES, { 'sec-fetch-site': 'cross-site' }))).toBe('ORIGIN_REFUSED');
  expect((await get(app, SERVICES, { origin: 'http://127.0.0.1:7070' })).statusCode).toBe(200);
});

test('only JSON is read, so that no form of another page is', async () => {
  const app = await start();
  const headers = { host: 'localhost', 'content-type': 'text/plain' };
  const payload = '{"name":"x","permissions":["query"]}';
  const response = await app.app.inject({ method: 'POST', url: TOKENS, headers, payload });
  expect([response.statusCode, codeOf(response)]).toEqual([415, 'CONTENT_TYPE_WRONG']);
});

test('another address than loopback needs tokens, or the word that it shall be open', async () => {
  const open = { host: '0.0.0.0', port: 7070 };
  const app = await start({ listen: open });
  expect(() => app.access.checkAddress('--http', open)).toThrow(/can be reached from other machines/);
  expect(() => app.access.checkAddress('--http', { host: '127.0.0.1', port: 1 })).not.toThrow();
  expect(codeOf(await get(app, SERVICES))).toBe('TOKEN_MISSING');
  await app.tokens.create('x', ['query']);
  expect(() => app.access.checkAddress('--http', open)).not.toThrow();
  await app.close();
  const insecure = await start({ listen: open, access: { insecure: true } });
  expect(() => insecure.access.checkAddress('--http', open)).not.toThrow();
  expect((await get(insecure, SERVICES, { host: 'holter.example' })).statusCode).toBe(200);
});
