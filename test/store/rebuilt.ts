import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreClient } from '../../src/store/store-client.ts';

/** Resolves when the hot head was filled from the tables. */
export async function rebuilt(store: StoreClient): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    const isRebuilt = await store.head().then(
      (state) => state.isRebuilt,
      () => false,
    );
    if (isRebuilt) return;
    await sleep(50);
  }
  throw new Error('the head was not rebuilt in a minute');
}
