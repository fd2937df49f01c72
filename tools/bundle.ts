// `npm run bundle`: one file, dist/holter-process.mjs, that looks into Python processes on a host that has only Node.
// The sampling thread's program is carried inside as a data: URL.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';

const root = resolve(import.meta.dirname, '..');
const WORKER = /siblingModule\(\s*import\.meta\.url,\s*['"]\.\/sampler-worker['"]\s*\)/;

async function bundle(entry: string, plugins: readonly Plugin[] = []): Promise<string> {
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [...plugins],
    // Everything that is not part of Node goes into the file.
    ssr: { noExternal: true },
    build: {
      ssr: join(root, entry),
      write: false,
      minify: false,
      target: 'node22',
      rollupOptions: { output: { format: 'es', codeSplitting: false } },
    },
  })) as Rollup.RollupOutput;
  const [chunk, ...rest] = built.output;
  if (rest.length > 0) throw new Error(`expected one file from ${entry}, got ${built.output.length}`);
  return chunk.code;
}

/** Builds the file and gives its path. */
export async function bundleProcessCommands(folder: string = join(root, 'dist')): Promise<string> {
  const worker = await bundle('src/pyproc/sampler/sampler-worker.ts');
  const url = `data:text/javascript;base64,${Buffer.from(worker).toString('base64')}`;
  const carryWorker: Plugin = {
    name: 'carry-sampler-worker',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/sampler/sampler.ts')) return undefined;
      if (!WORKER.test(code)) throw new Error('the sampler no longer starts its worker by URL');
      return code.replace(WORKER, `new URL(${JSON.stringify(url)})`);
    },
  };
  const code = await bundle('src/cli/bundle-entry.ts', [carryWorker]);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'holter-process.mjs');
  writeFileSync(file, `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
  return file;
}

if (process.argv[1] === import.meta.filename) {
  const file = await bundleProcessCommands();
  console.log(`wrote ${file}`);
}
