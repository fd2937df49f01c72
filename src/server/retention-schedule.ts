// Drops what is over, a minute after the start and every minute from then on.
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import { classSpans } from '../model/metric-classes.ts';
import type { StoreClient } from '../store/store-client.ts';

const EVERY_MILLIS = 60_000;
const SECOND = 1000;
const DAY_MILLIS = 86_400_000;

/** Returns what ends it. */
export function startRetention(store: StoreClient, settings: () => Settings, log: Log): () => void {
  let running = false;
  const run = async (): Promise<void> => {
    if (running || !store.isReady) return;
    running = true;
    const { retainLogs, retainTraces, retainMetrics, diskShare } = settings();
    const kept = { logs: retainLogs * SECOND, traces: retainTraces * SECOND, metrics: retainMetrics * SECOND };
    const classes = [kept, ...classSpans.map((span) => ({ ...kept, metrics: span * SECOND }))];
    try {
      for (const { table, day, reason } of await store.retain({ classes, diskShare })) {
        const name = new Date(day * DAY_MILLIS).toISOString().slice(0, 10);
        log.info(`dropped ${table} of ${name}: ${reason === 'expired' ? 'its time is over' : 'the disk is full'}`);
      }
    } catch (error) {
      log.warn(`retention: ${(error as Error).message}`);
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void run(), EVERY_MILLIS);
  timer.unref();
  return () => clearInterval(timer);
}
