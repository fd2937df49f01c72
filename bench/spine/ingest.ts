// Logs and spans over OTLP/HTTP from the load generator: Holter, and the Collector that decodes and drops as the yardstick.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture } from '../../tools/run-tool.ts';
import type { HolterUnderTest } from '../holter-under-test.ts';
import { buildCollector } from '../peers.ts';
import { costOf } from '../process-meter.ts';
import { micros, mib, thousands, type Page } from './page.ts';

export type Signal = 'logs' | 'spans';

interface SignalFacts {
  readonly path: string;
  /** Arguments of the load generator for so many rows. */
  readonly args: (rows: number) => readonly string[];
  /** What the Collector took a second on the machine that the bar was set on. */
  readonly collectorReference: number;
  /** Rows a second that were asked for on that machine. */
  readonly asked: number;
}

const SPANS_A_TRACE = 10;

export const signals: Readonly<Record<Signal, SignalFacts>> = {
  logs: {
    path: '/v1/logs',
    args: (rows) => ['logs', '-rows', String(rows)],
    collectorReference: 733_000,
    asked: 282_000,
  },
  spans: {
    path: '/v1/traces',
    args: (rows) => ['spans', '-traces', String(rows / SPANS_A_TRACE)],
    collectorReference: 1_093_000,
    asked: 300_000,
  },
};

interface LoadResult {
  readonly perSecond: number;
  readonly seconds: number;
  readonly acknowledgement: string;
  readonly failures: string;
}

export async function runLoad(load: string, signal: Signal, rows: number, base: string): Promise<LoadResult> {
  const { path, args } = signals[signal];
  const { code, output } = await capture(load, [...args(rows), '-url', base + path]);
  const match = /: (\d+) in ([\d.]+) s = (\d+)\/s, .* ack (p50 \S+ p99 [^,]+), (.*)$/m.exec(output);
  if (code !== 0 || match === null) throw new Error(`load ${signal}: ${output}`);
  return {
    seconds: Number(match[2]),
    perSecond: Number(match[3]),
    acknowledgement: match[4]!,
    failures: match[5]!,
  };
}

export const ingestColumns = [
  'what',
  'acknowledged',
  'sustained',
  'CPU a row',
  'acknowledgement',
  'memory, peak',
  '',
] as const;

/** Runs the load against the server; “sustained” also waits until the engine has all of it. Returns rows acknowledged a second. */
export async function measureIngest(
  page: Page,
  holter: HolterUnderTest,
  load: string,
  signal: Signal,
  rows: number,
): Promise<number> {
  const before = holter.cost().cpuSeconds;
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, holter.cost().pssBytes)), 500);
  const result = await runLoad(load, signal, rows, holter.otlp);
  const acknowledged = performance.now();
  await holter.drained();
  clearInterval(watch);
  // The generator makes its rows before its clock starts.
  const seconds = result.seconds + (performance.now() - acknowledged) / 1000;
  const cpu = holter.cost().cpuSeconds - before;
  const { perSecond, acknowledgement, failures } = result;
  page.row(
    `OTLP ${signal}`,
    thousands(perSecond),
    thousands(rows / seconds),
    micros(cpu, rows),
    acknowledgement,
    mib(peak),
    failures,
  );
  return perSecond;
}

/** The same load against the Collector. Returns rows a second. */
export async function measureCollector(page: Page, load: string, signal: Signal, rows: number): Promise<number> {
  const port = 14399;
  const { path, config, version } = await buildCollector(port);
  const child = spawn(path, ['--config', config], { stdio: 'ignore' });
  try {
    await sleep(2000);
    const { perSecond, acknowledgement, failures } = await runLoad(load, signal, rows, `http://127.0.0.1:${port}`);
    const { cpuSeconds, pssBytes } = costOf([child.pid!]);
    page.row(
      `Collector ${version}, decode and drop`,
      thousands(perSecond),
      '–',
      micros(cpuSeconds, rows),
      acknowledgement,
      mib(pssBytes),
      failures,
    );
    return perSecond;
  } finally {
    child.kill('SIGKILL');
  }
}

/** The bar of a signal, as it was set and in proportion to what the Collector does here. */
export function judgeIngest(page: Page, signal: Signal, acknowledged: number, collector: number): void {
  const { asked, collectorReference } = signals[signal];
  const scale = collector / collectorReference;
  page.bar(`OTLP ${signal}, durable rows a second`, 'least', asked, acknowledged, thousands);
  page.bar(
    `the same on this machine, where the Collector does ${scale.toFixed(2)} × its ${thousands(collectorReference)}`,
    'least',
    asked * scale,
    acknowledged,
    thousands,
  );
}
