// Holds src/ to the import table: no import against it, no value cycle, no re-export barrel, no unknown folder.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { importTable, type FolderRule } from './import-table.ts';

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"]+\.ts)['"]/g;

interface SourceImport {
  readonly target: string;
  readonly isType: boolean;
}

/** Every import of `text`, as written. */
export function listImports(text: string): SourceImport[] {
  const found: SourceImport[] = [];
  for (const match of text.matchAll(IMPORT)) found.push({ target: match[2] ?? '', isType: match[1] !== undefined });
  for (const match of text.matchAll(DYNAMIC)) found.push({ target: match[1] ?? match[2] ?? '', isType: true });
  return found;
}

/** `undefined` when `from` (path below src/) may import `to` (path below src/), else the reason. */
export function refuseImport(
  from: string,
  to: string,
  table: Readonly<Record<string, FolderRule>>,
): string | undefined {
  const [fromFolder = '', toFolder = ''] = [from.split('/')[0], to.split('/')[0]];
  if (fromFolder === toFolder) return undefined;
  const rule = table[fromFolder];
  if (rule === undefined) return `folder "${fromFolder}" is not in the import table`;
  const stem = to.replace(/\.tsx?$/, '');
  if (rule.imports.some((allowed) => stem === allowed || stem.startsWith(`${allowed}/`))) return undefined;
  return `"${fromFolder}" may import ${rule.imports.join(', ') || 'nothing'}; not "${to}"`;
}

function refuseNode(file: string, table: Readonly<Record<string, FolderRule>>): string | undefined {
  const [folder = '', ...rest] = file.split('/');
  const rule = table[folder];
  if (rule === undefined || rule.node === true) return undefined;
  const path = rest.join('/');
  if (Array.isArray(rule.node) && rule.node.some((prefix) => path.startsWith(prefix))) return undefined;
  return `"${folder}" may not use node: here`;
}

/** Value-import cycles, each as the list of files that it runs through. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  const path: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

function isBarrel(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
  return lines.length > 0 && lines.every((line) => /^export\s.*\sfrom\s/.test(line));
}

/** Every breach of the table below `src`, one sentence each. */
export function checkImports(src: string): string[] {
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of globSync('**/*.{ts,tsx}', { cwd: src }).toSorted()) {
    const text = readFileSync(join(src, file), 'utf8');
    const isTest = /\.(test|case)\.tsx?$/.test(file);
    const edges: string[] = [];
    if (importTable[file.split('/')[0] ?? ''] === undefined)
      problems.push(`${file}: folder is not in the import table`);
    if (isBarrel(text)) problems.push(`${file}: only re-exports; import from the file itself`);
    for (const { target, isType } of listImports(text)) {
      if (target.startsWith('node:')) {
        const reason = isTest ? undefined : refuseNode(file, importTable);
        if (reason !== undefined) problems.push(`${file}: imports ${target}: ${reason}`);
        continue;
      }
      if (!target.startsWith('.')) continue;
      const to = relative(src, normalize(join(src, dirname(file), target)));
      if (to.startsWith('..')) {
        if (!isTest) problems.push(`${file}: imports ${target}, which is outside src/`);
        continue;
      }
      if (!existsSync(join(src, to))) continue;
      const reason = isTest ? undefined : refuseImport(file, to, importTable);
      if (reason !== undefined) problems.push(`${file}: ${reason}`);
      if (!isType) edges.push(to);
    }
    graph.set(file, edges);
  }
  for (const cycle of findCycles(graph)) problems.push(`cycle: ${cycle.join(' → ')}`);
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const problems = checkImports(join(import.meta.dirname, '../src'));
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
