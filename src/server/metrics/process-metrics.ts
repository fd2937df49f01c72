import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricRegistry } from './metric-registry.ts';

/** How often the event loop is looked at. Each look wakes the process: fifty a second cost half of what an idle front does. */
const LOOK_MILLIS = 250;

/** Adds what is to say of this process itself. */
export function addProcessMetrics(registry: MetricRegistry, version: string): void {
  const looks = monitorEventLoopDelay({ resolution: LOOK_MILLIS });
  looks.enable();
  registry.reading('gauge', 'holter_build_info', 'Version of the program, as a label', ['version', 'node'], () => [
    [[version, process.version], 1],
  ]);
  registry.reading('counter', 'process_cpu_seconds_total', 'CPU time of the front process', [], () => {
    const { user, system } = process.cpuUsage();
    return [[[], (user + system) / 1e6]];
  });
  registry.reading('gauge', 'process_resident_memory_bytes', 'Resident memory of the front process', [], () => [
    [[], process.memoryUsage.rss()],
  ]);
  registry.reading('gauge', 'process_open_fds', 'Open file descriptors of the front process', [], () => [
    [[], readdirSync('/proc/self/fd').length],
  ]);
  registry.reading('gauge', 'process_start_time_seconds', 'When the front process started', [], () => [
    [[], Math.round((Date.now() - performance.now()) / 1000)],
  ]);
  registry.reading(
    'gauge',
    'holter_event_loop_delay_seconds',
    'Delay of the front process’s event loop since the last reading',
    ['quantile'],
    () => {
      // Node gives the time from look to look.
      const delay = (q: string): number => Math.max(0, looks.percentile(Number(q) * 100) / 1e9 - LOOK_MILLIS / 1000);
      const readings = ['0.5', '0.99'].map((q) => [[q], delay(q)] as const);
      looks.reset();
      return readings;
    },
  );
}
