// Builds the web UI into dist/ui, unless what lies there was made of the same sources.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { binOf, capture } from './run-tool.ts';

const root = resolve(import.meta.dirname, '..');
const markFile = join(root, 'dist/ui/sources.sha256');
const SOURCES = ['src/{ui,base,model,api,profile,dashboards}/**/*', 'vite.config.ts', 'package-lock.json'];

/** A hash of the name and contents of every file that the build reads. */
function hashSources(): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Whether dist/ui is missing or was made of other sources than those that lie here now. */
function isStale(hash: string): boolean {
  return !existsSync(markFile) || readFileSync(markFile, 'utf8') !== hash;
}

/**
 * Builds when stale and says so on the terminal; resolves to whether there is a UI now. Without the development
 * packages (`npm ci --omit=dev`) nothing is built: the server then serves a page that says what to run.
 */
export async function buildUi(): Promise<boolean> {
  const hash = hashSources();
  if (!isStale(hash)) return true;
  if (!existsSync(join(root, 'node_modules/vite/package.json'))) {
    console.log('web UI: not built, the development packages are not installed (npm ci installs them)');
    return false;
  }
  const started = performance.now();
  // A process of its own: in this one NODE_ENV may say "test", and React's slow build would be served.
  const args = ['build', '--config', join(root, 'vite.config.ts'), '--logLevel', 'warn'];
  const { code, output } = await capture(process.execPath, [binOf('vite'), ...args], { NODE_ENV: 'production' });
  if (code !== 0) {
    console.error(`web UI: the build failed\n${output}`);
    return false;
  }
  writeFileSync(markFile, hash);
  console.log(`web UI: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

if (process.argv[1] === import.meta.filename) await buildUi();
