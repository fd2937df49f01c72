// Programs and files of Go modules that tests stand beside, made once in .cache/go/ at a pinned version.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './run-tool.ts';

/** A program's path, or why it is not there. */
export type BuiltProgram =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** Builds the main package `packagePath` at `version`; the same version is not built again. */
export async function buildGoProgram(cache: string, packagePath: string, version: string): Promise<BuiltProgram> {
  const name = packagePath.split('/').at(-1) ?? '';
  const folder = join(cache, 'go', `${name}-${version}`);
  const path = join(folder, name);
  if (existsSync(path)) return { ok: true, path };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), 'module peers\n');
  for (const words of [`get -tool ${packagePath}@${version}`, `build -p 1 -o ${name} ${packagePath}`]) {
    const { code, output } = await capture('sh', ['-c', `cd "$1" && go ${words}`, 'sh', folder]);
    if (code !== 0) return { ok: false, reason: `go ${words} failed: ${output.trim().split('\n').at(-1)}` };
  }
  return { ok: true, path };
}

/** Copies `folder` of the module at `version`; the same is not copied again. */
export async function copyGoFolder(
  cache: string,
  module: string,
  version: string,
  folder: string,
): Promise<BuiltProgram> {
  const path = join(cache, 'go', `${folder.split('/').at(-1)}-${version}`);
  if (existsSync(path)) return { ok: true, path };
  const { code, output } = await capture('go', ['mod', 'download', '-json', `${module}@${version}`]);
  const source = /"Dir": "(.+)"/.exec(output)?.[1];
  if (code !== 0 || source === undefined)
    return { ok: false, reason: `go mod download failed: ${output.trim().split('\n').at(-1)}` };
  const part = `${path}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  cpSync(join(source, folder), part, { recursive: true });
  renameSync(part, path);
  return { ok: true, path };
}
