// Skips, each with its reason. HOLTER_REQUIRE=otel,chromium (or "all") turns the skip of what can be had into a failure.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { fullOnlyNeeds, readProvisions } from '../../tools/test-setup.ts';

const required = new Set((process.env['HOLTER_REQUIRE'] ?? '').split(',').filter((name) => name !== ''));

function giveUp(context: Pick<TestContext, 'skip'>, name: string, reason: string): never {
  if (required.has(name) || required.has('all'))
    throw new Error(`${name} is required here (HOLTER_REQUIRE): ${reason}`);
  context.skip(`${name}: ${reason}`);
  throw new Error('unreachable');
}

/** The path of something that the test set-up provides (tools/test-setup.ts), else the test is skipped with the reason. */
export function need(context: Pick<TestContext, 'skip'>, name: string): string {
  const { testPath = '' } = expect.getState();
  // Else it passes wherever a long run has been before, and nowhere else.
  if (fullOnlyNeeds.has(name) && !testPath.endsWith('.full.test.ts'))
    throw new Error(`${name} is fetched for the long run alone: call this file *.full.test.ts, not ${testPath}`);
  const provision = readProvisions().get(name);
  if (provision?.ok === true) return provision.path;
  return giveUp(context, name, provision?.reason ?? 'the test set-up did not run (npm test runs it)');
}

/** A path in the shared data folder: $HOLTER_SHARED, then ../shared beside the checkout; else skipped. */
export function needShared(context: Pick<TestContext, 'skip'>, path: string): string {
  const folders = [process.env['HOLTER_SHARED'], resolve(import.meta.dirname, '../../../shared')];
  for (const folder of folders) {
    if (folder !== undefined && existsSync(join(folder, path))) return join(folder, path);
  }
  return giveUp(context, 'shared', `${path} is neither in $HOLTER_SHARED nor in ../shared`);
}

/** Skips with the reason unless `holds`: for what this machine or user cannot do. */
export function needThat(context: Pick<TestContext, 'skip'>, name: string, holds: boolean, reason: string): void {
  if (!holds) giveUp(context, name, reason);
}
