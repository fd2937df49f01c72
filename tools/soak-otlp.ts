// Fuzzes the OTLP decoders for as many inputs as asked for, seed after seed.
// Usage: node bin/run.js tools/soak-otlp.ts [INPUTS] [FIRST-SEED]
import { fuzzOtlp } from '../test/support/otlp-fuzz.ts';

const ROUND = 1_000_000;
const [inputsText = '100000000', seedText = '1'] = process.argv.slice(2);
const inputs = Number(inputsText);
let seed = Number(seedText);
for (let done = 0; done < inputs; seed++) {
  const report = fuzzOtlp(Math.min(ROUND, inputs - done), seed);
  done += report.inputs;
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(
    `seed ${seed}: ${done} inputs, ${report.decoded} decoded (${report.rows} rows), ${report.refused} refused, slowest ${report.slowest.toFixed(1)} ms, ${memory} MB`,
  );
}
