// `holter heap`: what fills the memory of a Python process, by type; what grew between two moments.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { attach, type LiveTarget } from '../../pyproc/attach.ts';
import { takeCensus, type HeapCensus, type TypeCensus } from '../../pyproc/heap/census.ts';
import { ReferrerSearch } from '../../pyproc/heap/referrers.ts';
import { compareCensus } from '../../pyproc/heap/compare.ts';
import { withPaused } from '../../pyproc/pause.ts';
import { readProcessStatus } from '../../pyproc/procfs/process-status.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatCensus, formatGrowth, formatReferences, groupByModule } from '../output/heap-text.ts';
import { choosePalette } from '../output/palette.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { selectProcess } from '../target/select-process.ts';

export const HELP = `usage: holter heap PID|PATTERN [options]

Counts objects by type. Small ones are found in the allocator's pools, so that str, int, float and bytes are there too;
larger ones in the garbage collector's lists. The process is only read.

  -p, --pid PID        the process, like the plain word
      --by type|module (default type)
  -n, --limit N        rows (default 25)
      --no-pools       only what the garbage collector tracks: faster
      --watch SECONDS  count twice and show what grew
      --save FILE      store the census
      --compare FILE   show what grew since a stored one; with a second FILE in place of PID, between the two
      --refs WHAT      who holds an object: a type's name (any one of it) or an address, and its path to a root
      --pause          stop the process while it is read: exact counts
  -j, --json           one JSON document

Exit codes: 0 done, 2 wrong use, 3 the process cannot be reached or read, or a file not written.`;

function failure(message: string): number {
  console.error(`holter heap: ${message}`);
  return 3;
}

function parse(args: readonly string[]) {
  return readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      pid: { type: 'string', short: 'p' },
      by: { type: 'string' },
      limit: { type: 'string', short: 'n' },
      'no-pools': { type: 'boolean' },
      watch: { type: 'string' },
      save: { type: 'string' },
      compare: { type: 'string' },
      refs: { type: 'string' },
      pause: { type: 'boolean' },
      json: { type: 'boolean', short: 'j' },
    },
  });
}

interface Output {
  readonly by: 'type' | 'module';
  readonly limit: number;
  readonly json: boolean;
}

async function count(target: LiveTarget, withPools: boolean, pauses: boolean): Promise<HeapCensus | string> {
  target.refresh();
  const missing = `this build's garbage collector is not known (Python ${target.version})`;
  if (!pauses) return takeCensus(target, withPools, target.pid) ?? missing;
  const census = await withPaused(target.pid, () => takeCensus(target, withPools));
  return census.ok ? (census.value ?? missing) : census.error;
}

function save(file: string, census: HeapCensus): string | undefined {
  try {
    writeFileSync(file, JSON.stringify({ format: 'holter-heap', version: 1, ...census }));
    return undefined;
  } catch (error) {
    return `cannot write ${file}: ${(error as Error).message}`;
  }
}

/** Reads a census that --save wrote. */
function readStored(file: string): TypeCensus[] | string {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { format?: string; types?: TypeCensus[] };
    if (stored.format === 'holter-heap' && Array.isArray(stored.types)) return stored.types;
    return `${file}: expected a census that holter heap --save wrote`;
  } catch (error) {
    if (error instanceof SyntaxError) return `${file}: expected a census that holter heap --save wrote, got no JSON`;
    return `cannot read ${file}: ${(error as Error).message}`;
  }
}

function showGrowth(before: readonly TypeCensus[], after: readonly TypeCensus[], output: Output): void {
  const group = output.by === 'module' ? groupByModule : (rows: readonly TypeCensus[]): readonly TypeCensus[] => rows;
  const growth = compareCensus(group(before), group(after));
  if (output.json) console.log(JSON.stringify({ format: 'holter-heap-growth', growth }, undefined, 2));
  else console.log(formatGrowth(growth, output.by, output.limit, choosePalette(process.stdout)));
}

function compareStored(before: string, after: string, output: Output): number {
  const [first, second] = [readStored(before), readStored(after)];
  if (typeof first === 'string') return failure(first);
  if (typeof second === 'string') return failure(second);
  showGrowth(first, second, output);
  return 0;
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const by = values.by ?? 'type';
  if (by !== 'type' && by !== 'module') throw new WrongUse(`expected --by type or module, got "${by}"`);
  const limit = Number(values.limit ?? 25);
  if (!(Number.isInteger(limit) && limit > 0)) throw new WrongUse(`expected a number of rows, got "${values.limit}"`);
  const watchSeconds = values.watch === undefined ? undefined : Number(values.watch.replace(/s$/, ''));
  if (watchSeconds !== undefined && !(watchSeconds > 0 && watchSeconds < 86_400))
    throw new WrongUse(`expected seconds above 0 after --watch, got "${values.watch}"`);
  const output: Output = { by, limit, json: values.json === true };
  if (values.compare !== undefined && positionals[0] !== undefined && existsSync(positionals[0]))
    return compareStored(values.compare, positionals[0], output);
  const pid = selectProcess(values.pid ?? positionals[0]);
  const stored = values.compare === undefined ? undefined : readStored(values.compare);
  if (typeof stored === 'string') return failure(stored);
  const target = attach(pid);
  if (!target.ok) {
    reportAttachError(target.error);
    return 3;
  }
  const [withPools, pauses] = [values['no-pools'] !== true, values.pause === true];
  try {
    if (values.refs !== undefined) return showReferrers(target.value, values.refs, output);
    const census = await count(target.value, withPools, pauses);
    if (typeof census === 'string') return failure(census);
    if (values.save !== undefined) {
      const refusal = save(values.save, census);
      if (refusal !== undefined) return failure(refusal);
    }
    if (watchSeconds !== undefined) {
      await new Promise((wake) => setTimeout(wake, watchSeconds * 1000));
      const later = await count(target.value, withPools, pauses);
      if (typeof later === 'string') return failure(later);
      showGrowth(census.types, later.types, output);
    } else if (stored !== undefined) showGrowth(stored, census.types, output);
    else show(census, target.value.pid, output);
  } catch (error) {
    return failure((error as Error).message);
  } finally {
    target.value.close();
  }
  return 0;
}

function showReferrers(target: LiveTarget, what: string, { limit, json }: Output): number {
  const search = new ReferrerSearch(target);
  const object = /^0x[0-9a-f]+$/i.test(what) ? Number.parseInt(what, 16) : search.findInstance(what);
  if (object === undefined) {
    return failure(`no tracked object has a type named ${what}; the table of holter heap shows the names`);
  }
  if (!search.isObject(object)) return failure(`no object of Python lies at ${what}`);
  const referrers = search.referrersOf(object, limit);
  const path = search.pathToRoot(object);
  if (json) {
    console.log(JSON.stringify({ format: 'holter-heap-references', object, referrers, path }, undefined, 2));
    return 0;
  }
  console.log(formatReferences(search.describe(object), object, referrers, path));
  return 0;
}

function show(census: HeapCensus, pid: number, { by, limit, json }: Output): void {
  const rows = by === 'module' ? groupByModule(census.types) : census.types;
  if (json) {
    console.log(JSON.stringify({ format: 'holter-heap', version: 1, ...census, types: rows }, undefined, 2));
    return;
  }
  const resident = readProcessStatus(pid)?.residentBytes ?? 0;
  console.log(formatCensus(census, { by, rows }, resident, limit, choosePalette(process.stdout)));
}
