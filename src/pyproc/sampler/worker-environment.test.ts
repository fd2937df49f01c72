import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = `
  import module from 'node:module';
  import { Worker } from 'node:worker_threads';
  const { workerEnvironment } = await import(process.argv[1]);
  if (process.argv[2] !== undefined) module.enableCompileCache(process.argv[2]);
  const source = "import { parentPort } from 'node:worker_threads'; import { getCompileCacheDir } from 'node:module';" +
    "parentPort.postMessage(getCompileCacheDir() ?? 'none')";
  const worker = new Worker(source, { eval: true, env: workerEnvironment() });
  worker.on('message', (folder) => console.log(folder === (module.getCompileCacheDir() ?? 'none') ? 'same' : folder));
`;

test('a worker has the compile cache of the thread that starts it, or none when that has none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const file = join(import.meta.dirname, 'worker-environment.ts');
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script, file, ...args], { env, encoding: 'utf8' });
  expect(run(folder)).toBe('same\n');
  expect(run()).toBe('same\n');
});
