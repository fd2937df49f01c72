// npm leaves packages for other platforms out of package-lock.json when it cannot see them, and newer versions of `npm ci` then refuse the
// file. This enters them: name, exact version and the platform that their name says. Run it after every change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

const file = join(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };

/** The words of a package's name that say where it runs. */
function platformOf(name: string): { os?: string[]; cpu?: string[] } {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  return { ...(os === undefined ? {} : { os: [os] }), ...(cpu === undefined ? {} : { cpu: [cpu] }) };
}

/** The keys where npm would find `name` for the package at `from`, nearest first. */
function placesFor(from: string, name: string): string[] {
  const places = [`${from}${from === '' ? '' : '/'}node_modules/${name}`];
  for (let at = from; at !== '';) {
    at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/')));
    places.push(`${at}node_modules/${name}`);
    at = at.replace(/\/$/, '');
  }
  return places;
}

let added = 0;
for (const [at, { optionalDependencies }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (placesFor(at, name).some((place) => lock.packages[place] !== undefined)) continue;
    if (!/^\d/.test(version))
      throw new Error(`${at}: optional dependency ${name} has no exact version but "${version}"`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      dev: at !== 'node_modules/chdb',
      optional: true,
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`package-lock.json: ${added} packages of other platforms entered`);
