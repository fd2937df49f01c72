// Our metrics of this machine beside those of a real node_exporter: every series of ours is one of its, under the same name, with the
// same labels, of the same type, and nearly the same value.
import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { HostMetrics } from '../../src/ingest/host/host-metrics.ts';
import { parsePrometheusText } from '../../src/formats/prometheus-text/parse.ts';
import { freePort } from '../support/free-port.ts';
import { need } from '../support/need.ts';

let exporter: ChildProcess | undefined;
afterEach(() => void exporter?.kill('SIGKILL'));

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

test('every series is one of node_exporter, with nearly its value', async (context) => {
  const port = await freePort();
  exporter = spawn(need(context, 'node_exporter'), [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const host = new HostMetrics();
  let theirs = '';
  for (let attempt = 0; attempt < 100 && theirs === ''; attempt++) {
    await new Promise((done) => setTimeout(done, 100));
    theirs = await fetch(`http://127.0.0.1:${port}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
  }
  const before = parse(theirs);
  const own = parse(await host.read());
  const after = parse(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());

  // Every field of /proc/meminfo is shown here, a few of a new kernel's are not known there.
  const unknown = names(own).filter((series) => !before.values.has(series) && !series.includes('node_memory_'));
  expect(unknown).toEqual([]);
  expect(names(own).length).toBeGreaterThan(200);
  for (const [metric, type] of own.types)
    if (before.types.has(metric)) expect([metric, type]).toEqual([metric, before.types.get(metric)]);
  // Between two looks of theirs: what grows lies between, what moves is near.
  const far = names(own).filter((series) => {
    const value = own.values.get(series)!;
    const [low, high] = [before.values.get(series)!, after.values.get(series) ?? value].toSorted((a, b) => a - b) as [
      number,
      number,
    ];
    const slack = Math.max(Math.abs(high) * 0.05, 5) + (high - low);
    return value < low - slack || value > high + slack;
  });
  // Disks and memory of a busy machine move a little faster than that.
  expect(
    far.filter((series) => !/node_(?:memory|disk|sockstat|netstat|network|vmstat|pressure|procs|load)/.test(series)),
  ).toEqual([]);
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
