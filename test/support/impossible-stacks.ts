// The bars for samples that were read without a pause, by what the program does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startProgram } from './python-target.ts';
import { censusStacks } from './stack-census.ts';

const LOOKS = 3000;

/** How far the samples of each shape of ping_pong.py may be wrong (share of the sure ones) and unsure (share of all). */
export const shapes = {
  ordinary: { impossible: 0.001, uncertain: 0.02 },
  flat: { impossible: 0.001, uncertain: 0.5 },
  deep: { impossible: 0.001, uncertain: 0.5 },
  generators: { impossible: 0.01, uncertain: 0.5 },
  dispatched: { impossible: 0.001, uncertain: 0.5 },
  nested: { impossible: 0.001, uncertain: 0.5 },
  recompiled: { impossible: 0.001, uncertain: 0.5 },
} as const;

export type Shape = keyof typeof shapes;

/** Runs the program with `python`, a command and its first arguments. */
export async function expectPossibleStacks(python: readonly string[], shape: Shape): Promise<void> {
  // As text, so that an interpreter in a root of its own can run it too.
  const source = readFileSync(join(import.meta.dirname, '../targets/ping_pong.py'), 'utf8');
  const [command = '', ...args] = python;
  const target = startProgram(command, [...args, '-c', source, shape]);
  await target.saw('ready');
  const { sure, impossible, examples } = censusStacks(target.pid, LOOKS);
  expect(impossible / sure, examples.join('\n')).toBeLessThanOrEqual(shapes[shape].impossible);
  expect(1 - sure / LOOKS).toBeLessThanOrEqual(shapes[shape].uncertain);
}
