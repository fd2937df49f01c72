// Runs before `npm pack`: the published package holds plain compiled files and the built web UI, no sources.
import { runBin } from './run-tool.ts';

process.exit(await runBin('typescript', ['-p', 'tsconfig.build.json'], 'tsc'));
