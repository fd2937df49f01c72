// The inputs that go out and fetch: log files that are followed. What listens stands in listeners.ts.
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { Source } from '../api/sources.ts';
import type { SpooledIntake } from '../ingest/spooled-intake.ts';
import { Tail } from '../ingest/tail/tail.ts';
import type { TailEvent } from '../ingest/tail/tailed-path.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';
import type { Shutdown } from './shutdown.ts';

const TAIL_PREFIX = 'tail:';

function describeTailEvent(event: TailEvent): string {
  switch (event.kind) {
    case 'unreadable':
      return `${event.path} cannot be read: ${event.error.message}`;
    case 'truncated':
      return event.missedBytes === 0
        ? `${event.path} was cut to its beginning; nothing was missed`
        : `${event.path} was cut to its beginning; up to ${event.missedBytes} bytes were missed`;
    case 'vanished':
      return `${event.path} is gone; it was read up to byte ${event.offset}`;
    case 'cut':
      return `${event.path}: ${event.lines} lines were too long, ${event.bytes} bytes of them were cut off`;
  }
}

function addTailMetrics(registry: MetricRegistry, tail: Tail): void {
  const gauges = [
    ['paths', 'holter_tail_paths', 'Log files that are followed'],
    ['openFiles', 'holter_tail_open_files', 'Log files that are open'],
    ['unreadable', 'holter_tail_unreadable_paths', 'Log files that cannot be read'],
  ] as const;
  for (const [key, name, help] of gauges) registry.reading('gauge', name, help, [], () => [[[], tail.statistics[key]]]);
  const counters = [
    ['missedBytes', 'holter_tail_missed_bytes_total', 'Bytes that were perhaps missed because a file was cut'],
    ['truncations', 'holter_tail_truncations_total', 'Files that were cut to their beginning'],
    ['cutBytes', 'holter_tail_cut_bytes_total', 'Bytes that were cut off too long lines'],
    ['cutLines', 'holter_tail_cut_lines_total', 'Lines that were too long'],
  ] as const;
  for (const [key, name, help] of counters)
    registry.reading('counter', name, help, [], () => [[[], tail.statistics[key]]]);
}

export class Inputs {
  #tail: Tail | undefined;

  /** Starts what the settings ask for; everything is ended by `shutdown`. */
  async start(
    settings: Settings,
    intake: SpooledIntake,
    registry: MetricRegistry,
    log: Log,
    shutdown: Shutdown,
  ): Promise<void> {
    if (settings.tail.length === 0) return;
    const tail = new Tail({
      globs: settings.tail,
      intake,
      positions: intake.positions(),
      report: (event) => log.warn(describeTailEvent(event)),
    });
    await tail.start();
    this.#tail = tail;
    shutdown.add('log files', () => tail.stop());
    addTailMetrics(registry, tail);
    log.info(`follows ${tail.statistics.paths} log files of ${settings.tail.join(' ')}`);
  }

  /** How the naive clocks of a source are read. */
  clockOf(source: string): Source['clock'] {
    if (!source.startsWith(TAIL_PREFIX)) return undefined;
    const clocks = Object.entries(this.#tail?.clocks[source.slice(TAIL_PREFIX.length)] ?? {});
    if (clocks.length === 0) return undefined;
    const read = clocks.map(([clock, zone]) => `${clock} is read as ${zone}: nearest to the arrival of fresh lines`);
    return { zone: [...new Set(clocks.map(([, zone]) => zone))].join(', '), reason: read.join('; ') };
  }
}
