// Fuzzes every decoder of what comes from outside, in turn, for as many inputs altogether as asked for, seed after seed.
// Usage: node bin/run.js tools/soak.ts [INPUTS] [FIRST-SEED]
import { fuzzLines } from '../src/pipeline/lines/fuzz.case.ts';
import { fuzzExpositions } from '../test/support/exposition-fuzz.ts';
import { fuzzOtlp } from '../test/support/otlp-fuzz.ts';
import { fuzzRemoteWrite } from '../test/support/remote-write-fuzz.ts';

const ROUND = 200_000;

/** Runs that many inputs of a seed; throws at the first that breaks a promise. Gives back how many ran, and a word on them. */
type Fuzz = (inputs: number, seed: number) => readonly [inputs: number, what: string];

const decoders: readonly (readonly [name: string, fuzz: Fuzz])[] = [
  [
    'OTLP',
    (count, seed) => {
      const { inputs, decoded, refused, rows, slowest } = fuzzOtlp(count, seed);
      return [inputs, `${decoded} decoded (${rows} rows), ${refused} refused, slowest ${slowest.toFixed(1)} ms`];
    },
  ],
  ['lines', (count, seed) => [fuzzLines(count, seed), 'all stored']],
  [
    'expositions',
    (count, seed) => {
      const { inputs, parsed, refused } = fuzzExpositions(count, seed);
      return [inputs, `${parsed} parsed, ${refused} refused`];
    },
  ],
  [
    'remote write',
    (count, seed) => {
      const { inputs, decoded, refused } = fuzzRemoteWrite(count, seed);
      return [inputs, `${decoded} decoded, ${refused} refused`];
    },
  ],
];

const [inputsText = '100000000', seedText = '1'] = process.argv.slice(2);
const wanted = Number(inputsText);
const ran = new Map<string, number>();
const total = (): number => Array.from(ran.values()).reduce((sum, count) => sum + count, 0);
for (let seed = Number(seedText); total() < wanted; seed++) {
  for (const [name, fuzz] of decoders) {
    const left = wanted - total();
    if (left <= 0) break;
    const [inputs, what] = fuzz(Math.min(ROUND, left), seed);
    ran.set(name, (ran.get(name) ?? 0) + inputs);
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    console.log(`seed ${seed}, ${name}: ${inputs} inputs, ${what}; ${total()} altogether, ${memory} MB`);
  }
}
const parts = Array.from(ran, ([name, count]) => `${name} ${count}`).join(', ');
console.log(`${total()} inputs ran: ${parts}`);
