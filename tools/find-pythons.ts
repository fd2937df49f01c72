// The Python interpreters that the machine has under pyenv: one for each minor version, the newest patch of it.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where pyenv keeps its versions. */
export const pyenvVersions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');

/** `3.12` → path of its python, oldest first. */
export function findPythons(): Map<string, string> {
  const found = new Map<string, { patch: number; path: string }>();
  const names = existsSync(pyenvVersions) ? readdirSync(pyenvVersions) : [];
  for (const name of names) {
    const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(name);
    const path = join(pyenvVersions, name, 'bin/python');
    if (match === null || !existsSync(path)) continue;
    const version = `${match[1]}.${match[2]}`;
    const patch = Number(match[3]);
    if ((found.get(version)?.patch ?? -1) < patch) found.set(version, { patch, path });
  }
  const order = (version: string): number => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major * 1000 + minor;
  };
  const sorted = [...found].toSorted(([a], [b]) => order(a) - order(b));
  return new Map(sorted.map(([version, { path }]) => [version, path]));
}
