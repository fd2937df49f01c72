// How often a look without a pause gives a stack that the program cannot have, and how often it is marked as uncertain, on an
// ordinary program and on three that are made to be read wrongly. `node bin/run.js bench/impossible-stacks.ts` writes
// docs/bench/impossible-stacks.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { censusStacks } from '../test/support/impossible-stacks.ts';
import { findPythons } from '../tools/find-pythons.ts';

const LOOKS = 3000;
const shapes = ['ordinary', 'flat', 'deep', 'generators'] as const;
const bars = { ordinary: '0.1 %, 2 %', flat: '0.1 %, 50 %', deep: '0.1 %, 50 %', generators: '1 %, 50 %' };
const percent = (part: number, whole: number): string => `${whole === 0 ? '–' : ((part / whole) * 100).toFixed(2)} %`;

const page = [
  '# Stacks read without a pause\n',
  `Written by \`bench/impossible-stacks.ts\`: ${LOOKS} looks each, ${cpus().length} processors. The ordinary program works and waits as`,
  'services do; the others change their stack as fast as Python can and never wait: flat calls, 100 frames deep, generators.',
  'Impossible: of the samples that were given as certain. Uncertain: of all looks, marked as such and never dropped.\n',
  '| Python | program | impossible | uncertain | bar |\n|---|---|---|---|---|',
];
for (const version of ['3.8', '3.11', '3.13']) {
  const python = findPythons().get(version);
  if (python === undefined) continue;
  for (const shape of shapes) {
    const { samples, impossible, uncertain } = await censusStacks(python, shape, LOOKS);
    page.push(
      `| ${version} | ${shape} | ${percent(impossible, samples)} | ${percent(uncertain, LOOKS)} | ${bars[shape]} |`,
    );
    console.log(page.at(-1));
  }
}
const folder = join(resolve(import.meta.dirname, '..'), 'docs/bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'impossible-stacks.md'), `${page.join('\n')}\n`);
