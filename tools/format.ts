// `npm run format`: writes every source file in the project's one format.
import { runBin } from './run-tool.ts';

process.exit(
  await runBin('oxfmt', [
    'src',
    'test',
    'tools',
    'bin',
    'bench',
    'examples',
    'vite.config.ts',
    'vitest.config.ts',
    '--no-error-on-unmatched-pattern',
  ]),
);
