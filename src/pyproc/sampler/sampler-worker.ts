// The sampling thread. It does nothing but sample, so output and formatting can never make a sample late. Gaps between
// looks are random with an exponential distribution: work that repeats in step with the rate is then not over- or
// under-counted.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import type { Profile } from '../../profile/profile.ts';
import { listTree } from '../procfs/process-tree.ts';
import { readCommandLine } from '../procfs/process-status.ts';
import { ProcessSampler, type SampleCounts } from './process-sampler.ts';
import { counter, type SamplerRequest } from './protocol.ts';

const TREE_INTERVAL_MS = 500;
/** A gap of more than this many mean gaps is cut: rare, and it would look like a hang. */
const LONGEST_GAP = 8;

const request = workerData as SamplerRequest;
const port = parentPort;
assert(port !== null, 'the sampler runs as a worker');
const counters = new Int32Array(request.counters);
const builder = new ProfileBuilder();
const samplers = new Map<number, ProcessSampler>();
const refused = new Set<number>();
const counts: SampleCounts = { samples: 0, uncertain: 0, failed: 0, withGil: 0, active: 0, looks: 0 };
const startTime = Date.now();
const start = performance.now();
let late = 0;

function openSampler(pid: number): void {
  const root = request.subprocesses
    ? builder.child(0, builder.frame({ name: `process ${pid}: ${readCommandLine(pid).join(' ')}`, file: '', line: 0 }))
    : 0;
  const sampler = ProcessSampler.open(pid, builder, request.options, root);
  if (sampler.ok) samplers.set(pid, sampler.value);
  else {
    refused.add(pid);
    if (pid === request.pid) port?.postMessage({ kind: 'failed', error: sampler.error });
  }
}

function followTree(): void {
  for (const pid of listTree(request.pid)) {
    if (!samplers.has(pid) && !refused.has(pid)) openSampler(pid);
  }
}

function publish(): void {
  counters[counter.samples] = counts.samples;
  counters[counter.late] = late;
  counters[counter.uncertain] = counts.uncertain;
  counters[counter.failed] = counts.failed;
  counters[counter.withGil] = counts.withGil;
  counters[counter.active] = counts.active;
  counters[counter.looks] = counts.looks;
  counters[counter.processes] = samplers.size;
  let threads = 0;
  for (const sampler of samplers.values()) threads += sampler.threadCount;
  counters[counter.threads] = threads;
}

function build(): Profile {
  return builder.build({
    title: request.title,
    startTime,
    durationSeconds: (performance.now() - start) / 1000,
    rate: request.rate,
    mode: request.options.mode,
    samples: counts.samples,
    lateSamples: late,
    uncertainSamples: counts.uncertain,
    failedSamples: counts.failed,
  });
}

function run(): void {
  openSampler(request.pid);
  const mean = 1000 / request.rate;
  const end = start + request.durationSeconds * 1000;
  let due = performance.now();
  let nextTree = 0;
  const { snapshotMs = 0 } = request;
  let nextSnapshot = due + snapshotMs;
  while (samplers.size > 0) {
    const now = performance.now();
    if (now >= end) break;
    if (now < due) {
      // Wakes early when asked to stop.
      Atomics.wait(counters, counter.stop, 0, Math.min(due, end) - now);
      if (Atomics.load(counters, counter.stop) === 1) break;
      if (performance.now() < due) continue;
    }
    if (Atomics.load(counters, counter.stop) === 1) break;
    if (performance.now() - due > mean) late++;
    if (request.subprocesses && now >= nextTree) {
      followTree();
      nextTree = now + TREE_INTERVAL_MS;
    }
    for (const [pid, sampler] of samplers) {
      if (sampler.sample(counts)) continue;
      sampler.close();
      samplers.delete(pid);
    }
    publish();
    if (snapshotMs > 0 && now >= nextSnapshot) {
      port?.postMessage({ kind: 'snapshot', profile: build(), counters: Int32Array.from(counters) });
      nextSnapshot = now + snapshotMs;
    }
    const gap = Math.min(-Math.log(1 - Math.random()), LONGEST_GAP) * mean;
    // After a late look the schedule begins anew: looks that follow at once would count one moment twice.
    due = Math.max(due + gap, performance.now());
  }
  publish();
  for (const sampler of samplers.values()) sampler.close();
}

run();
port.postMessage({ kind: 'done', profile: build() });
