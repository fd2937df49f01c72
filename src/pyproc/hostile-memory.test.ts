// Memory that lies: whatever the bytes are, a look ends, throws nothing and stays small.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needPython, startPython } from '../../test/support/python-target.ts';
import { attach, type LiveTarget } from './attach.ts';
import type { ProcessMemory } from './memory/process-memory.ts';
import { Inspector } from './inspect.ts';
import { takeCensus } from './heap/census.ts';
import { readLogRecords } from './log-records.ts';
import { openPythonTarget } from './python-target.ts';

/** Passes reads on, with some bytes changed; the same read gives the same lie. */
class LyingMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #seed: number;
  readonly #rate: number;

  constructor(source: ProcessMemory, seed: number, rate: number) {
    this.#source = source;
    this.#seed = seed;
    this.#rate = rate;
  }

  read(address: number, target: Uint8Array, offset: number, length: number): number {
    const got = this.#source.read(address, target, offset, length);
    for (let index = 0; index < got; index++) {
      const hash = Math.imul(((address + index) % 2 ** 32) ^ this.#seed, 0x9e37_79b1) >>> 0;
      if (hash / 2 ** 32 < this.#rate) target[offset + index] = hash & 0xff;
    }
    return got;
  }
}

function lookThrough(target: LiveTarget, seed: number, rate: number, withHeap: boolean): void {
  const image = { ...imageOf(target), memory: new LyingMemory(target.image.memory, seed, rate) };
  const opened = openPythonTarget(image);
  const lying = opened.ok ? opened.value : undefined;
  if (lying === undefined) return;
  const report = new Inspector(lying, undefined).inspect({ localsDepth: 4, redacts: true });
  expect(report.threads.length).toBeLessThan(1000);
  if (!withHeap) return;
  const census = takeCensus(lying, true);
  expect(census === undefined || census.types.length < 100_000).toBe(true);
  expect(readLogRecords(lying, 10, true).length).toBeLessThanOrEqual(10);
}

function imageOf(target: LiveTarget): LiveTarget['image'] {
  const { image } = target;
  return {
    memory: image.memory,
    mappings: image.mappings,
    executable: image.executable,
    withModule: (module, use) => image.withModule(module, use),
  };
}

test.for(['3.8', '3.11', '3.13'])('random lies about Python %s', async (version, context) => {
  const running = startPython(needPython(context, version), 'sleeper.py');
  await running.saw('ready', 2);
  await running.rests();
  const attached = attach(running.pid);
  if (!attached.ok) throw new Error(attached.error.message);
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(0.00001, 0.0003, 0.003, 0.05), (seed, rate) => {
      lookThrough(attached.value, seed, rate, false);
    }),
    { numRuns: 60 },
  );
  // This one moves a member of code objects behind the end that the process gives them.
  lookThrough(attached.value, 1_552_824_703, 0.003, false);
  for (const [seed, rate] of [
    [1, 0.000_001],
    [2, 0.000_03],
    [3, 0.003],
  ] as const)
    lookThrough(attached.value, seed, rate, true);
  attached.value.close();
});
