// `npm test` (quick) and `npm run test:full` (the long matrices: *.full.test.ts). Set-up is timed apart from the tests.
// `node bin/run.js tools/test.ts quick PATTERN…` runs a part.
import { availableParallelism } from 'node:os';
import { startVitest } from 'vitest/node';
import { CountReporter } from './test-reporter.ts';
import { setUpTests } from './test-setup.ts';

const [kind, ...filters] = process.argv.slice(2);
if (kind !== 'quick' && kind !== 'full') {
  console.error('usage: node bin/run.js tools/test.ts quick|full [PATTERN…]');
  process.exit(2);
}
const full = kind === 'full';
const setUpStart = performance.now();
await setUpTests(full);
const testStart = performance.now();
console.log(`set-up took ${((testStart - setUpStart) / 1000).toFixed(1)} s`);

// What drives real processes by the clock may lose a race on a busy machine: it is tried twice more, and the run says at its end which
// tests were and why. A property's counterexample is a fault whatever another try says, and so is what a killed process lost.
const retry = { count: 2, delay: 2000, condition: /^(?!Property failed)/ };
// Most quick tests wait for a process or a browser most of the time: two files run side by side also on two processors.
const workers = full ? {} : { maxWorkers: Math.max(2, availableParallelism() - 1) };
const vitest = await startVitest('test', filters, {
  run: true,
  watch: false,
  ...workers,
  retry,
  include: full
    ? ['src/**/*.full.test.ts', 'test/**/*.full.test.ts']
    : ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
  exclude: full ? [] : ['**/*.full.test.ts', '**/node_modules/**'],
  reporters: ['default', new CountReporter()],
});
const failed = vitest.state.getCountOfFailedTests() > 0 || vitest.state.getUnhandledErrors().length > 0;
const broken = vitest.state.getFiles().some((file) => file.result?.state === 'fail');
await vitest.close();
console.log(`tests took ${((performance.now() - testStart) / 1000).toFixed(1)} s`);
process.exit(failed || broken ? 1 : 0);
