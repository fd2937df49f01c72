// Programs and sources of Go modules that tests stand beside, at a pinned version; programs are built once into .cache/go/.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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

/** The folder of the module's source at `version`, as Go keeps it. */
export async function goModuleFolder(module: string, version: string): Promise<BuiltProgram> {
  const { code, output } = await capture('go', ['mod', 'download', '-json', `${module}@${version}`]);
  const path = /"Dir": "(.+)"/.exec(output)?.[1];
  if (code !== 0 || path === undefined)
    return { ok: false, reason: `go mod download failed: ${output.trim().split('\n').at(-1)}` };
  return { ok: true, path };
}
