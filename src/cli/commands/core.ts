// `holter core`: what a Python process was doing when it died.
import { realpathSync } from 'node:fs';
import { describeDeath } from '../../pyproc/core/describe-death.ts';
import { openCore, type CoreImage } from '../../pyproc/core/core-image.ts';
import { unpackCore } from '../../pyproc/core/unpack-core.ts';
import { takeCensus, type HeapCensus } from '../../pyproc/heap/census.ts';
import { Inspector } from '../../pyproc/inspect.ts';
import { readLogRecords } from '../../pyproc/log-records.ts';
import { openPythonTarget } from '../../pyproc/python-target.ts';
import type { LogRecordReport, ProcessReport } from '../../pyproc/report.ts';
import { readArguments, WrongUse } from '../command.ts';
import { formatDump, formatLogRecords } from '../output/dump-text.ts';
import { formatBytes, formatCensus } from '../output/heap-text.ts';
import { choosePalette } from '../output/palette.ts';

export const HELP = `usage: holter core FILE [options]
       holter core install

Reads an ELF core, also .gz and .zst: why it died, every thread's Python stack with local variables, the exceptions in
flight, the last log records that are still in memory, and with --heap what filled it. A truncated core gives what it has.

      --executable FILE  the program, when it is not where it was
  -l, --locals[=DEPTH]   depth of local variables (default 2; 0 for none)
      --no-redact        show values whose names look like secrets
      --heap             also count objects by type
  -j, --json             one JSON document
      --full-paths       whole file names

\`holter core install\` prints what to write into core_pattern so that a core becomes a small report; it changes nothing.

Exit codes: 0 done, 2 wrong use, 3 the core cannot be read.`;

const HANDLER = '/usr/local/sbin/holter-core';

/** A word of a shell command. */
const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

// The kernel knows no quotes in core_pattern, and takes 127 bytes of it: what is to be done stands in a script.
function describeInstallation(): string {
  const program = [process.execPath, realpathSync(process.argv[1] ?? '')].map(quote).join(' ');
  return `# As root. 1. A program that keeps the report of a core, and not the core:
cat > ${HANDLER} <<'END'
#!/bin/sh
# The kernel gives the core on standard input, and as words: process, time, program.
core=/var/tmp/holter-core.$1
cat > "$core" && ${program} core "$core" --heap > "/var/log/holter-core.$3.$1.$2.txt" 2>&1
rm -f "$core"
END
chmod 755 ${HANDLER}
# 2. The kernel's setting; the old value, to go back, is shown first. It lasts until the next boot, or for good as the line
# kernel.core_pattern=… in /etc/sysctl.d/90-holter.conf.
cat /proc/sys/kernel/core_pattern
sysctl -w 'kernel.core_pattern=|${HANDLER} %p %t %e'`;
}

const DEFAULT_DEPTH = 2;
const HEAP_ROWS = 25;
const SHOWN_PROBLEMS = 3;
const LOG_RECORDS = 50;
const SHOWN_LOG_RECORDS = 15;

function parse(args: readonly string[]) {
  return readArguments({
    args: args.map((word) => (word === '-l' || word === '--locals' ? `--locals=${DEFAULT_DEPTH}` : word)),
    allowPositionals: true,
    options: {
      executable: { type: 'string' },
      locals: { type: 'string' },
      'no-redact': { type: 'boolean' },
      heap: { type: 'boolean' },
      json: { type: 'boolean', short: 'j' },
      'full-paths': { type: 'boolean' },
    },
  });
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [file] = positionals;
  if (file === 'install') {
    console.log(describeInstallation());
    return 0;
  }
  if (file === undefined || positionals.length > 1)
    throw new WrongUse(`expected one core file, got ${positionals.length}`);
  const depth = Number(values.locals ?? DEFAULT_DEPTH);
  if (!(Number.isInteger(depth) && depth >= 0 && depth < 100))
    throw new WrongUse(`expected a depth after --locals=, got "${values.locals}"`);
  const unpacked = await unpackCore(file);
  if (!unpacked.ok) {
    console.error(`holter core: ${unpacked.error}`);
    return 3;
  }
  const opened = openCore(
    unpacked.value.path,
    values.executable === undefined ? {} : { executable: values.executable },
  );
  if (!opened.ok) {
    unpacked.value.remove();
    console.error(
      `holter core: ${opened.error}${unpacked.value.problem === undefined ? '' : `; ${unpacked.value.problem}`}`,
    );
    return 3;
  }
  try {
    const notes = unpacked.value.problem === undefined ? [] : [unpacked.value.problem];
    return showCore(opened.value, notes, {
      ...(depth === 0 ? {} : { localsDepth: depth }),
      redacts: values['no-redact'] !== true,
      heap: values.heap === true,
      json: values.json === true,
      fullPaths: values['full-paths'] === true,
    });
  } finally {
    opened.value.close();
    unpacked.value.remove();
  }
}

interface ShowOptions {
  readonly localsDepth?: number;
  readonly redacts: boolean;
  readonly heap: boolean;
  readonly json: boolean;
  readonly fullPaths: boolean;
}

function showCore(image: CoreImage, earlier: readonly string[], options: ShowOptions): number {
  const death = describeDeath(image.notes, image.mappings);
  const notes = [...earlier];
  if (image.missingBytes > 0) notes.push(`the core is truncated: ${formatBytes(image.missingBytes)} are missing`);
  const target = openPythonTarget(image);
  if (!target.ok) {
    const files = [...image.problems.values()].slice(0, 3).join('; ');
    // What is cut off reads like an interpreter that has not been set up yet.
    const isCutOff = image.missingBytes > 0 && target.error.isStarting === true;
    const message = isCutOff ? 'the state of the interpreter is in the part that is missing' : target.error.message;
    console.error(`holter core: ${target.error.code}: ${message}${files === '' ? '' : ` (${files})`}`);
    for (const note of notes) console.error(note);
    console.error(`it died of ${death}; ${image.notes.threads.length} threads; command: ${image.notes.command}`);
    return 3;
  }
  const inspector = new Inspector(target.value, undefined, image.notes.threads);
  const inspected = inspector.inspect({ ...options, isStill: true });
  const problems = [...image.problems.values()];
  notes.push(...problems.slice(0, SHOWN_PROBLEMS));
  if (problems.length > SHOWN_PROBLEMS) notes.push(`… and ${problems.length - SHOWN_PROBLEMS} more files`);
  const first = image.notes.threads[0]?.id;
  const report: ProcessReport = {
    ...inspected,
    pid: image.notes.pid,
    commandLine: image.notes.command.split(' '),
    // The thread that crashed is the one to read first.
    threads: inspected.threads.toSorted((a, b) => Number(b.nativeId === first) - Number(a.nativeId === first)),
    notes: [...inspected.notes, ...notes],
  };
  const readLogs = (): LogRecordReport[] => readLogRecords(target.value, LOG_RECORDS, options.redacts);
  const readHeap = (): HeapCensus | undefined => (options.heap ? takeCensus(target.value, true) : undefined);
  if (options.json) {
    const [logs, heap] = [readLogs(), readHeap()];
    console.log(JSON.stringify({ death, crashedThread: first, ...report, logs, heap }, undefined, 2));
    return 0;
  }
  const palette = choosePalette(process.stdout);
  console.log(palette.red(`died of ${death}`));
  if (first !== undefined)
    console.log(
      `in thread ${first}${report.threads.some(({ nativeId }) => nativeId === first) ? '' : ', which runs no Python'}`,
    );
  console.log(formatDump(report, { palette, fullPaths: options.fullPaths }));
  // The stacks stand there before the heap is walked, which takes a while in a large core.
  const logs = readLogs();
  if (logs.length > 0) console.log(`\n${formatLogRecords(logs.slice(-SHOWN_LOG_RECORDS), palette)}`);
  const census = readHeap();
  if (census !== undefined)
    console.log(`\n${formatCensus(census, { by: 'type', rows: census.types }, 0, HEAP_ROWS, palette)}`);
  return 0;
}
