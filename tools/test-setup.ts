// What the tests need beside npm packages, fetched once into .cache/ (or installed when we are root).
// Each entry is tried; what cannot be had is recorded with the reason, and the tests that need it are skipped with it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDebianRoot } from './debian-root.ts';
import { findPythons, pyenvVersions } from './find-pythons.ts';
import { buildGoProgram, goModuleFolder } from './go-program.ts';
import { capture } from './run-tool.ts';

const root = resolve(import.meta.dirname, '..');
export const cacheDir = join(root, '.cache');
const recordFile = join(cacheDir, 'test-setup.json');

/** What became of one need: where it stands, or why it is not there. */
export type Provision = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

interface Need {
  readonly name: string;
  /** Only fetched for the long run. */
  readonly fullOnly?: boolean;
  readonly provide: () => Promise<Provision>;
}

const isRoot = process.getuid?.() === 0;

async function findProgram(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const { code, output } = await capture('sh', ['-c', `command -v ${name}`]);
    if (code === 0) return output.trim();
  }
  return undefined;
}

let updated: Promise<unknown> | undefined;

async function installDebian(packages: readonly string[]): Promise<string | undefined> {
  if (!isRoot) return `not installed, and only root can install Debian's ${packages.join(', ')}`;
  updated ??= capture('apt-get', ['update', '-qq']);
  await updated;
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"';
  const { code, output } = await capture('sh', ['-c', install, 'sh', ...packages]);
  return code === 0 ? undefined : `apt-get install ${packages.join(' ')} failed: ${output.trim().split('\n').at(-1)}`;
}

function debianProgram(
  names: readonly string[],
  packages: readonly string[],
  alsoNeeds?: string,
): () => Promise<Provision> {
  return async () => {
    const present = async (): Promise<string | undefined> =>
      alsoNeeds !== undefined && !existsSync(alsoNeeds) ? undefined : await findProgram(names);
    let path = await present();
    if (path !== undefined) return { ok: true, path };
    const reason = await installDebian(packages);
    if (reason !== undefined) return { ok: false, reason };
    path = await present();
    return path === undefined
      ? { ok: false, reason: `${names[0]} is not there after its installation` }
      : { ok: true, path };
  };
}

/** A virtual environment with the packages that test/python/NAME.txt pins; `path` is its python. */
function pythonEnvironment(name: string): () => Promise<Provision> {
  return async () => {
    const requirements = join(root, 'test/python', `${name}.txt`);
    const folder = join(cacheDir, 'venv', name);
    const python = join(folder, 'bin/python');
    const mark = join(folder, 'requirements.sha256');
    const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
    if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return { ok: true, path: python };
    let made = await capture('python3', ['-m', 'venv', '--clear', folder]);
    if (made.code !== 0) {
      const reason = await installDebian(['python3-venv']);
      if (reason !== undefined) return { ok: false, reason };
      made = await capture('python3', ['-m', 'venv', '--clear', folder]);
    }
    if (made.code !== 0)
      return { ok: false, reason: `python3 -m venv failed: ${made.output.trim().split('\n').at(-1)}` };
    const cache = ['--cache-dir', join(cacheDir, 'pip')];
    const installed = await capture(python, ['-m', 'pip', 'install', '-q', ...cache, '-r', requirements]);
    if (installed.code !== 0) {
      return { ok: false, reason: `pip could not install ${name}.txt: ${installed.output.trim().split('\n').at(-1)}` };
    }
    writeFileSync(mark, wanted);
    return { ok: true, path: python };
  };
}

function pythons(): Promise<Provision> {
  const versions = [...findPythons().keys()];
  if (versions.length === 0) return Promise.resolve({ ok: false, reason: `no interpreters in ${pyenvVersions}` });
  console.log(`pythons: ${versions.join(' ')}`);
  return Promise.resolve({ ok: true, path: pyenvVersions });
}

/** The root of a plain Debian; `path` is its folder. */
function debianRoot(suite: string, packages: readonly string[]): () => Promise<Provision> {
  return async () => {
    if (!isRoot) return { ok: false, reason: 'only root can make a Debian in a folder' };
    const missing = await debianProgram(['debootstrap'], ['debootstrap'])();
    if (!missing.ok) return missing;
    try {
      return { ok: true, path: await makeDebianRoot(join(cacheDir, `debian-${suite}`), suite, packages) };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

const needs: readonly Need[] = [
  { name: 'python3', provide: debianProgram(['python3'], ['python3']) },
  { name: 'otel', provide: pythonEnvironment('otel') },
  { name: 'pythons', provide: pythons },
  { name: 'pyspy', provide: pythonEnvironment('pyspy') },
  { name: 'services', provide: pythonEnvironment('services') },
  { name: 'prometheus_client', provide: pythonEnvironment('prometheus') },
  { name: 'greenlets', provide: pythonEnvironment('greenlets') },
  { name: 'uwsgi', fullOnly: true, provide: pythonEnvironment('uwsgi') },
  {
    name: 'chromium',
    provide: debianProgram(
      ['chromium'],
      ['chromium', 'fonts-noto-cjk'],
      '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    ),
  },
  {
    name: 'debian-trixie',
    fullOnly: true,
    provide: debianRoot('trixie', ['nodejs', 'npm', 'python3', 'python3-venv']),
  },
  { name: 'debian-bookworm', fullOnly: true, provide: debianRoot('bookworm', ['python3']) },
  { name: 'debian-forky', fullOnly: true, provide: debianRoot('forky', ['python3.14']) },
  {
    name: 'prometheus',
    fullOnly: true,
    provide: () => buildGoProgram(cacheDir, 'github.com/prometheus/prometheus/cmd/prometheus', 'v0.315.0'),
  },
  {
    name: 'prometheus-source',
    fullOnly: true,
    provide: () => goModuleFolder('github.com/prometheus/prometheus', 'v0.315.0'),
  },
  {
    name: 'node_exporter',
    fullOnly: true,
    provide: () => buildGoProgram(cacheDir, 'github.com/prometheus/node_exporter', 'v1.12.1'),
  },
  {
    name: 'promtool',
    fullOnly: true,
    provide: () => buildGoProgram(cacheDir, 'github.com/prometheus/prometheus/cmd/promtool', 'v0.315.0'),
  },
  {
    name: 'alertmanager',
    fullOnly: true,
    provide: debianProgram(['prometheus-alertmanager'], ['prometheus-alertmanager']),
  },
  { name: 'debian-sid', fullOnly: true, provide: debianRoot('sid', ['python3.15']) },
];

/** What only `npm run test:full` fetches. */
export const fullOnlyNeeds: ReadonlySet<string> = new Set(
  needs.filter((need) => need.fullOnly === true).map((need) => need.name),
);

/** Provides everything that the run needs and records what became of it. */
export async function setUpTests(full: boolean): Promise<Map<string, Provision>> {
  mkdirSync(cacheDir, { recursive: true });
  // What only the long run fetches stays known to the quick one.
  const provisions = new Map(readProvisions());
  for (const need of needs) {
    if (need.fullOnly === true && !full && !existsSync(join(cacheDir, need.name, 'made'))) continue;
    const provision = await need.provide();
    provisions.set(need.name, provision);
    console.log(provision.ok ? `set up ${need.name}: ${provision.path}` : `no ${need.name}: ${provision.reason}`);
  }
  writeFileSync(recordFile, JSON.stringify(Object.fromEntries(provisions), undefined, 2));
  return provisions;
}

/** What the last set-up recorded; empty when none ran. */
export function readProvisions(): ReadonlyMap<string, Provision> {
  if (!existsSync(recordFile)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, Provision>));
}
