// `npm run check`: types, lint, format, import table, dead code. Everything runs; the exit code is 1 if anything failed.
import { binOf, capture } from './run-tool.ts';

const node = process.execPath;
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['types', [binOf('typescript', 'tsc'), '--noEmit']],
  ['lint', [binOf('oxlint'), '--type-aware', '--deny-warnings']],
  [
    'format',
    [
      binOf('oxfmt'),
      '--check',
      '--no-error-on-unmatched-pattern',
      'src',
      'test',
      'tools',
      'bin',
      'bench',
      'examples',
      'vite.config.ts',
      'vitest.config.ts',
    ],
  ],
  ['imports', ['tools/check-imports.ts']],
  ['dead code', [binOf('knip'), '--no-progress']],
];

let failed = false;
for (const [name, args] of steps) {
  const started = Date.now();
  const { code, output } = await capture(node, args);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code === 0) continue;
  failed = true;
  console.log(output);
}
process.exit(failed ? 1 : 0);
