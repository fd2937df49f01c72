// Real cores with bytes changed anywhere: in their headers, notes, and in the objects themselves. A look ends, throws nothing
// and stays small.
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { expect, type TestContext } from 'vitest';
import { openCore } from '../../src/pyproc/core/core-image.ts';
import { describeDeath } from '../../src/pyproc/core/describe-death.ts';
import { takeCensus } from '../../src/pyproc/heap/census.ts';
import { Inspector } from '../../src/pyproc/inspect.ts';
import { readLogRecords } from '../../src/pyproc/log-records.ts';
import { openPythonTarget } from '../../src/pyproc/python-target.ts';
import { makeCore } from './make-core.ts';

const FLIPS = 400;
const HEADER_BYTES = 4096;

function examine(file: string): void {
  const core = openCore(file);
  if (!core.ok) {
    expect(core.error).toContain(file);
    return;
  }
  expect(describeDeath(core.value.notes, core.value.mappings)).not.toBe('');
  const target = openPythonTarget(core.value);
  if (target.ok) {
    const options = { redacts: true, isStill: true, localsDepth: 4 };
    new Inspector(target.value, undefined, core.value.notes.threads).inspect(options);
    takeCensus(target.value, true);
    readLogRecords(target.value, 10, true);
  }
  core.value.close();
}

/** Changes bytes of the file in place while `use` runs. */
function withChanges(file: string, changes: readonly (readonly [at: number, value: number])[], use: () => void): void {
  const descriptor = openSync(file, 'r+');
  const before = changes.map(([at]) => {
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, at);
    return byte;
  });
  for (const [at, value] of changes) writeSync(descriptor, Buffer.from([value]), 0, 1, at);
  try {
    use();
  } finally {
    for (const [index, [at]] of [...changes.entries()].toReversed())
      writeSync(descriptor, before[index] as Buffer, 0, 1, at);
    closeSync(descriptor);
  }
}

/** Makes a core of that version and looks at `runs` damaged forms of it. */
export async function fuzzCore(context: Pick<TestContext, 'skip'>, version: string, runs: number): Promise<void> {
  const file = await makeCore(context, version);
  const { size } = statSync(file);
  const anywhere = fc.tuple(fc.nat(size - 1), fc.nat(255));
  const inHeaders = fc.tuple(fc.nat(HEADER_BYTES - 1), fc.nat(255));
  const changes = fc.oneof(
    fc.array(anywhere, { minLength: 1, maxLength: FLIPS, size: 'max' }),
    fc.array(inHeaders, { maxLength: 6 }),
  );
  fc.assert(
    fc.property(changes, (made) => withChanges(file, made, () => examine(file))),
    { numRuns: runs },
  );
}
