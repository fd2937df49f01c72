import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { registerUi } from './ui-assets.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function build(name: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'assets'), { recursive: true });
  writeFileSync(join(path, 'index.html'), '<!doctype html><title>Holter</title>');
  for (let i = 0; i < 20; i++) writeFileSync(join(path, `assets/page-${i}.js`), `export default ${i};\n`.repeat(500));
  return path;
}

test('while a new build takes the place of the old one, every request is answered as found or not found', async () => {
  folder = mkdtempSync(join(tmpdir(), 'holter-ui-'));
  const dist = build('ui');
  const app = fastify();
  registerUi(app, dist);
  const statuses = new Map<number, number>();
  let replacing = true;
  const ask = async (): Promise<void> => {
    for (let i = 0; replacing; i++) {
      const { statusCode } = await app.inject({ url: i % 3 === 0 ? '/ui/logs' : `/ui/assets/page-${i % 20}.js` });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
  };
  const readers = [ask(), ask(), ask(), ask()];
  for (let round = 0; round < 150; round++) {
    const next = build(`ui-${round}`);
    await new Promise(setImmediate);
    rmSync(dist, { recursive: true });
    await new Promise(setImmediate);
    renameSync(next, dist);
  }
  replacing = false;
  await Promise.all(readers);
  await app.close();
  expect([...statuses.keys()].filter((status) => status !== 200 && status !== 404)).toEqual([]);
  expect(statuses.get(200)).toBeGreaterThan(0);
});

test('without a built UI the pages say what to run; paths never leave the folder', async () => {
  folder = mkdtempSync(join(tmpdir(), 'holter-ui-'));
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  const app = fastify();
  registerUi(app, join(folder, 'ui'));
  const page = await app.inject({ url: '/ui/logs' });
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.body).toContain('npm run build:ui');
  expect((await app.inject({ url: '/' })).headers.location).toBe('/ui/');
  build('ui');
  for (const url of [
    '/ui/../secret.txt',
    '/ui/%2e%2e/secret.txt',
    '/ui/..%2fsecret.txt',
    '/ui/assets/..%2f..%2fsecret.txt',
  ])
    expect((await app.inject({ url })).body, url).not.toContain('outside');
  await app.close();
});
