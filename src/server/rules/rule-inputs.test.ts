import { expect, test } from 'vitest';
import { RuleInputs } from './rule-inputs.ts';

test('rules wait for the store, for what was left in the spool, and for the head, again after each start of the store', async () => {
  let away: string | undefined = 'it is starting';
  let rebuilt = false;
  let flushed = (): void => undefined;
  let flushes = 0;
  const inputs = new RuleInputs({
    whyAway: () => away,
    isHeadRebuilt: () => (away === undefined ? Promise.resolve(rebuilt) : Promise.reject(new Error(away))),
    flush: () => {
      flushes++;
      return new Promise((resolve) => (flushed = resolve));
    },
  });
  expect(inputs.whyIncomplete()).toBe('the storage engine is away: it is starting');
  inputs.spoolOpened();
  away = undefined;
  inputs.storeStarted();
  expect(inputs.whyIncomplete()).toContain('left in the spool');
  flushed();
  await expect.poll(() => inputs.whyIncomplete()).toContain('being loaded');
  rebuilt = true;
  await expect.poll(() => inputs.whyIncomplete()).toBeUndefined();
  await inputs.makeVisible();
  expect(flushes).toBe(1);
  rebuilt = false;
  inputs.storeStarted();
  await expect.poll(() => inputs.whyIncomplete()).toContain('being loaded');
  const visible = inputs.makeVisible();
  flushed();
  await visible;
  expect(flushes).toBe(2);
});
