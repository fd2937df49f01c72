// Builds the web UI into dist/ui, unless what lies there was made of the same sources.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { binOf, capture } from './run-tool.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist/ui');
/** Fonts travel in the build; their licence travels with them. */
const FONTS = ['ibm-plex-mono', 'ibm-plex-sans'];
const MARK = 'sources.sha256';
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
  const mark = join(dist, MARK);
  return !existsSync(mark) || readFileSync(mark, 'utf8') !== hash;
}

/** Puts a finished build in its place at once; another process may have been faster with the same sources. */
function replaceDist(building: string, hash: string): void {
  // A server may be serving what the other process has just put there.
  if (!isStale(hash)) return rmSync(building, { recursive: true, force: true });
  try {
    rmSync(dist, { recursive: true, force: true });
    renameSync(building, dist);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (isStale(hash)) throw error;
  }
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
  const building = `${dist}-${process.pid}`;
  const args = ['build', '--config', join(root, 'vite.config.ts'), '--outDir', building, '--logLevel', 'warn'];
  const { code, output } = await capture(process.execPath, [binOf('vite'), ...args], { NODE_ENV: 'production' });
  if (code !== 0) {
    rmSync(building, { recursive: true, force: true });
    console.error(`web UI: the build failed\n${output}`);
    return false;
  }
  for (const font of FONTS) {
    copyFileSync(join(root, 'node_modules/@fontsource', font, 'LICENSE'), join(building, `LICENSE-${font}.txt`));
  }
  writeFileSync(join(building, MARK), hash);
  replaceDist(building, hash);
  console.log(`web UI: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

if (process.argv[1] === import.meta.filename) await buildUi();
