// Pages of the fixture in Debian's Chromium, for a file of tests: `const pages = fixturePages()`.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { buildUi } from '../../tools/build-ui.ts';
import { readProvisions } from '../../tools/test-setup.ts';
import { need } from '../support/need.ts';
import { launchBrowser, openPage } from './browser.ts';
import { startFixture, type Fixture } from './fixture-server.ts';

export interface FixturePages {
  readonly fixture: () => Fixture;
  /** A page of its own at `/ui/path`, with what it complains about. */
  visit(path: string, options?: Parameters<typeof openPage>[1]): Promise<{ page: Page; complaints: string[] }>;
}

/** Starts the fixture and the browser around the tests of a file; a test is skipped where there is no browser. */
export function fixturePages(): FixturePages {
  let fixture: Fixture | undefined;
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
  beforeEach(async (context) => {
    browser ??= await launchBrowser(need(context, 'chromium'));
    fixture?.setMode('normal');
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  return {
    fixture: () => fixture!,
    async visit(path, options = {}) {
      const { page, complaints } = await openPage(browser!, options);
      await page.goto(`${fixture!.url}/ui/${path}`);
      return { page, complaints };
    },
  };
}

/** What a page does after a click takes as long as the machine lets it. */
export function soon<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read);
}
export const searchOf = (page: Page): URLSearchParams => new URL(page.url()).searchParams;
