import { openEmbeddedDriver } from '../storage/clickhouse/driver/embedded-driver.ts';
import type { Driver } from '../storage/clickhouse/driver/driver.ts';
import { openServerDriver } from '../storage/clickhouse/driver/server-driver.ts';
import type { StoreSettings } from './messages.ts';

/** The one place where the engine is chosen; everything above sees a driver. */
export function openDriver(settings: StoreSettings, onStuck: () => void): Promise<Driver> {
  if (settings.server !== undefined) return openServerDriver(settings.server);
  const { folder, memoryBytes } = settings;
  return openEmbeddedDriver({
    folder,
    onStuck,
    ...(memoryBytes === undefined ? {} : { memory: { maxBytes: memoryBytes } }),
  });
}
