// Our metrics of this machine beside those of a real node_exporter: every series of ours is one of its, under the same name, with the
// same labels, of the same type, and nearly the same value.
import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { HostMetrics } from '../../src/ingest/host/host-metrics.ts';
import { parsePrometheusText } from '../../src/formats/prometheus-text/parse.ts';
import { need } from '../support/need.ts';
import { answersAt, startOnFreePort, type StartedProgram } from '../support/start-on-free-port.ts';

/** A busy machine moves between two looks: so often is looked again. */
const LOOKS = 10;

let exporter: StartedProgram | undefined;
afterEach(() => exporter?.stop());

interface Metrics {
  readonly values: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
}

function parse(text: string): Metrics {
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  const result = parsePrometheusText(text, {
    type: (metric, type) => types.set(metric, type),
    sample: (sample) => values.set(JSON.stringify([...sample.labels()]), sample.value),
  });
  expect(result).toEqual({ ok: true, value: undefined });
  return { values, types };
}

const isOurs = (series: string): boolean => !series.includes('"process_');
/** Mount points and devices of containers come and go while we look. */
const names = (metrics: Metrics): string[] => [...metrics.values.keys()].filter(isOurs);

/** Our series whose values are not between two looks of theirs: what grows lies between, what moves is near. */
function farOff(before: Metrics, own: Metrics, after: Metrics): string[] {
  return names(own).filter((series) => {
    const value = own.values.get(series)!;
    const [low, high] = [before.values.get(series)!, after.values.get(series) ?? value].toSorted((a, b) => a - b) as [
      number,
      number,
    ];
    const slack = Math.max(Math.abs(high) * 0.05, 5) + (high - low);
    return value < low - slack || value > high + slack;
  });
}

/** Disks and memory of a busy machine move a little faster than that. */
const isSteady = (series: string): boolean =>
  !/node_(?:memory|disk|sockstat|netstat|network|vmstat|pressure|procs|load)/.test(series);

test('every series is one of node_exporter, with nearly its value', async (context) => {
  const program = need(context, 'node_exporter');
  exporter = await startOnFreePort(
    (port) => spawn(program, [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' }),
    answersAt('/metrics'),
  );
  const url = `http://127.0.0.1:${exporter.port}/metrics`;
  const host = new HostMetrics();
  const theirs = async (): Promise<Metrics> => parse(await (await fetch(url)).text());
  const look = async (): Promise<{ before: Metrics; own: Metrics; far: string[] }> => {
    const [before, own, after] = [await theirs(), parse(await host.read()), await theirs()];
    return { before, own, far: farOff(before, own, after) };
  };
  let { before, own, far } = await look();
  for (let looks = 1; looks < LOOKS && (far.some(isSteady) || far.length >= names(own).length / 20); looks++)
    ({ before, own, far } = await look());

  // Every field of /proc/meminfo is shown here, a few of a new kernel's are not known there.
  const unknown = names(own).filter((series) => !before.values.has(series) && !series.includes('node_memory_'));
  expect(unknown).toEqual([]);
  expect(names(own).length).toBeGreaterThan(200);
  for (const [metric, type] of own.types)
    if (before.types.has(metric)) expect([metric, type]).toEqual([metric, before.types.get(metric)]);
  expect(far.filter(isSteady)).toEqual([]);
  expect(far.length).toBeLessThan(names(own).length / 20);
  // What dashboards ask for is there when it is there on their side.
  const missing = [...before.types.keys()].filter(
    (metric) =>
      /^node_(?:cpu|memory|filesystem|disk|network_(?:receive|transmit)|load|boot|context|forks|intr_total|vmstat|pressure|netstat|sockstat|filefd|uname|time_seconds|procs)/.test(
        metric,
      ) && !own.types.has(metric),
  );
  // What /proc does not say: /sys and udev do, or other systems only.
  expect(missing.toSorted()).toEqual([
    'node_disk_info',
    'node_filesystem_mount_info',
    'node_filesystem_purgeable_bytes',
    'node_network_receive_nohandler_total',
    'node_network_transmit_queue_length',
  ]);
});
