// The tables of `holter heap`.
import type { HeapCensus, TypeCensus } from '../../pyproc/heap/census.ts';
import type { TypeGrowth } from '../../pyproc/heap/compare.ts';
import type { Reference } from '../../pyproc/heap/referrers.ts';
import { printable, type Palette } from './palette.ts';

/** 12.3 MiB, 4.0 KiB, 17 B. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : '';
  const size = Math.abs(bytes);
  if (size < 1024) return `${sign}${size} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length, Math.floor(Math.log2(size) / 10));
  return `${sign}${(size / 1024 ** step).toFixed(1)} ${units[step - 1]}`;
}

const fullName = ({ name, module }: { name: string; module: string }): string =>
  printable(module === '' ? name : `${module}.${name}`);

/** Adds up the rows of each module. */
export function groupByModule(types: readonly TypeCensus[]): TypeCensus[] {
  const groups = Map.groupBy(
    types,
    ({ module, name }) => module || (name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : 'builtins'),
  );
  return [...groups]
    .map(([name, rows]) => ({
      name,
      module: '',
      count: rows.reduce((sum, { count }) => sum + count, 0),
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
      sample: rows[0]?.sample ?? 0,
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** The census as lines; `resident` is the process's memory, 0 for a core. */
export function formatCensus(
  census: HeapCensus,
  { by, rows }: { readonly by: 'type' | 'module'; readonly rows: readonly TypeCensus[] },
  resident: number,
  limit: number,
  palette: Palette,
): string {
  const lines = [palette.bold(`     count         bytes      %  ${by}`)];
  for (const row of rows.slice(0, limit)) {
    const share = census.bytes === 0 ? 0 : (100 * row.bytes) / census.bytes;
    lines.push(
      `${String(row.count).padStart(10)}  ${formatBytes(row.bytes).padStart(12)}  ${share.toFixed(1).padStart(5)}  ${fullName(row)}`,
    );
  }
  if (rows.length > limit) lines.push(palette.dim(`… ${rows.length - limit} more ${by}s`));
  lines.push(
    '',
    `${census.objects} objects, ${formatBytes(census.bytes)}; ${census.tracked} tracked by the garbage collector`,
  );
  const { pools } = census;
  if (pools !== undefined) {
    const used = pools.poolBytes === 0 ? 0 : Math.round((100 * pools.usedBytes) / pools.poolBytes);
    lines.push(
      `small-object allocator: ${pools.arenas} arenas (${formatBytes(pools.arenaBytes)}), pools ${formatBytes(pools.poolBytes)}, ${used} % of them in use`,
    );
  } else lines.push('without the small-object pools: str, int, float and bytes are not counted');
  if (resident > 0 && pools !== undefined) {
    const room = Math.max(0, pools.arenaBytes - pools.usedBytes);
    const rest = Math.max(0, resident - census.bytes - room);
    lines.push(
      `resident memory ${formatBytes(resident)}: objects ${formatBytes(census.bytes)}, free room of the allocator ${formatBytes(room)}, not explained by Python ${formatBytes(rest)}`,
    );
  }
  const { drift, tracked } = census;
  if (drift === 0) lines.push('exact: the process did not run while it was counted');
  else if (drift !== undefined) {
    const share = tracked === 0 ? 0 : (100 * drift) / tracked;
    lines.push(`±${drift} objects (${share.toFixed(2)} %) came or went while it was counted; --pause makes it exact`);
  }
  if (census.isCollecting)
    lines.push(palette.yellow('a garbage collection was running: counts may be off; --pause makes them exact'));
  if (census.brokenLists > 0)
    lines.push(palette.yellow('a list changed while it was read: counts may be low; --pause makes them exact'));
  return lines.join('\n');
}

/** What grew, as lines. */
export function formatGrowth(
  growth: readonly TypeGrowth[],
  by: 'type' | 'module',
  limit: number,
  palette: Palette,
): string {
  const lines = [palette.bold(`    +count        +bytes       count  ${by} (a sample)`)];
  for (const row of growth.slice(0, limit)) {
    const count = row.addedCount > 0 ? `+${row.addedCount}` : String(row.addedCount);
    const bytes = row.addedBytes > 0 ? `+${formatBytes(row.addedBytes)}` : formatBytes(row.addedBytes);
    const sample = row.sample === 0 ? '' : ` (0x${row.sample.toString(16)})`;
    lines.push(
      `${count.padStart(10)}  ${bytes.padStart(12)}  ${String(row.count).padStart(10)}  ${fullName(row)}${sample}`,
    );
  }
  if (growth.length === 0) lines.push('nothing grew');
  return lines.join('\n');
}

const formatStep = ({ from, typeName, edge }: Reference): string => {
  if (from === 0) return printable(edge);
  return printable(`${typeName}${edge} at 0x${from.toString(16)}`);
};

/** Who holds an object, and the shortest path from a root to it. */
export function formatReferences(
  text: string,
  object: number,
  referrers: readonly Reference[],
  path: readonly Reference[] | undefined,
): string {
  const lines = [`${printable(text)} at 0x${object.toString(16)} is held by:`];
  for (const reference of referrers) lines.push(`  ${formatStep(reference)}`);
  if (referrers.length === 0) lines.push('  nothing that the garbage collector tracks');
  lines.push(
    '',
    path === undefined ? 'no path from a module or a running frame was found' : 'the shortest path to it:',
  );
  for (const [depth, reference] of (path ?? []).entries())
    lines.push(`${'  '.repeat(depth + 1)}${formatStep(reference)}`);
  return lines.join('\n');
}
