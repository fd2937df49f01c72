// What opening a page asks the server for, and in which order.
import { expect, test } from 'vitest';
import { fixturePages, soon } from './fixture-pages.ts';

const pages = fixturePages();

test.each([
  ['logs', '/logs/search', '/logs/fields'],
  ['traces', '/traces/search', '/operations'],
])('%s: few files, and what was searched for before the lists that read the most', async (path, first, later) => {
  const { page } = await pages.visit('sources');
  await page.waitForLoadState('networkidle');
  const order: string[] = [];
  const assets = new Set<string>();
  const note = (what: string, url: string): void => {
    const { pathname } = new URL(url);
    if (/\.(?:js|css)$/.test(pathname)) assets.add(pathname);
    for (const one of [first, later]) if (pathname.endsWith(one)) order.push(`${one} ${what}`);
  };
  page.on('request', (request) => note('asked', request.url()));
  page.on('requestfinished', (request) => note('answered', request.url()));
  await page.goto(`${pages.fixture().url}/ui/${path}`);
  // A busy machine's network is idle before the page has begun to ask.
  await soon(() => order).toEqual(expect.arrayContaining([`${first} answered`, `${later} asked`]));
  await page.waitForLoadState('networkidle');
  expect(order.indexOf(`${first} answered`)).toBeGreaterThanOrEqual(0);
  expect(order.indexOf(`${later} asked`)).toBeGreaterThan(order.indexOf(`${first} answered`));
  // The app, what pages share, the bundler's own, the styles.
  expect(assets.size).toBeLessThanOrEqual(4);
});
