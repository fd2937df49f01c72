// The text of `holter dump`: the words that py-spy uses, and what each thread waits for.
import type { ThreadReport, ProcessReport, FrameReport, LogRecordReport } from '../../pyproc/report.ts';
import { printable, type Palette } from './palette.ts';

export interface DumpTextOptions {
  readonly palette: Palette;
  readonly fullPaths: boolean;
}

function describeStatus(thread: ThreadReport, palette: Palette): string {
  const isActive = thread.activity === 'running';
  const words = [isActive ? 'active' : 'idle'];
  if (thread.activity === 'disk' || thread.activity === 'stopped' || thread.activity === 'runnable')
    words[0] = thread.activity;
  if (thread.holdsGil) words.push('gil');
  const text = words.join('+');
  if (thread.holdsGil) return palette.green(text);
  return isActive ? palette.yellow(text) : palette.dim(text);
}

function frameLines(frame: FrameReport, options: DumpTextOptions): string[] {
  const { palette, fullPaths } = options;
  const file = printable(fullPaths ? frame.fileName : frame.shortFileName);
  const line = frame.line > 0 ? `:${frame.line}` : '';
  const lines = [`    ${palette.bold(printable(frame.qualifiedName))} (${palette.cyan(file)}${line})`];
  for (const [title, isArgument] of [
    ['Arguments', true],
    ['Locals', false],
  ] as const) {
    const variables = frame.locals?.filter((variable) => variable.isArgument === isArgument) ?? [];
    if (variables.length === 0) continue;
    lines.push(`        ${palette.dim(`${title}:`)}`);
    for (const { name, value } of variables) lines.push(`            ${printable(name)}: ${printable(value)}`);
  }
  return lines;
}

type FormatFrame = (frame: FrameReport) => readonly string[];

// Threads that stand at the same place share their frames.
function rememberLines(options: DumpTextOptions): FormatFrame {
  const known = new Map<FrameReport, readonly string[]>();
  return (frame) => {
    let lines = known.get(frame);
    if (lines === undefined) known.set(frame, (lines = frameLines(frame, options)));
    return lines;
  };
}

function threadLines(thread: ThreadReport, { palette }: DumpTextOptions, formatFrame: FormatFrame): string[] {
  const id = thread.nativeId ?? `0x${thread.pthreadId.toString(16)}`;
  const name = thread.name === undefined ? '' : `: "${printable(thread.name)}"`;
  const inner = thread.interpreterId > 0 ? ` in interpreter ${thread.interpreterId}` : '';
  const head = `Thread ${id} (${describeStatus(thread, palette)})${name}${inner}`;
  const lines = [thread.isUncertain ? `${head} ${palette.yellow('[moving: frames may not belong together]')}` : head];
  if (thread.wait !== undefined) lines.push(`    ${palette.yellow('waits:')} ${printable(thread.wait.text)}`);
  if (thread.trace !== undefined)
    lines.push(`    ${palette.dim('trace:')} ${thread.trace.traceId} span ${thread.trace.spanId}`);
  for (const { stage, chain } of thread.exceptions) {
    const [first, ...causes] = chain;
    if (first !== undefined) lines.push(`    ${palette.red(`${stage}:`)} ${printable(first.text)}`);
    for (const cause of causes) lines.push(`        ${cause.relation} ${printable(cause.text)}`);
  }
  if (thread.frames.length === 0) lines.push(palette.dim('    (no Python frames)'));
  for (const frame of thread.frames) lines.push(...formatFrame(frame));
  return lines;
}

/** The report of one process as lines of text. */
export function formatDump(report: ProcessReport, options: DumpTextOptions): string {
  const { palette } = options;
  const command = report.commandLine.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ');
  const lines = [
    `${palette.bold(`Process ${report.pid ?? '?'}`)}: ${printable(command)}`,
    `Python v${report.version} (${report.executable})`,
  ];
  const formatFrame = rememberLines(options);
  for (const thread of report.threads) lines.push('', ...threadLines(thread, options, formatFrame));
  if (report.tasks.length > 0) {
    lines.push('', `${palette.bold('asyncio tasks')}: ${report.tasks.length}`);
    for (const task of report.tasks) lines.push(...taskLines(task, options));
  }
  if (report.greenlets.length > 0) lines.push('', ...greenletLines(report, options));
  for (const note of report.notes) lines.push('', palette.dim(`note: ${note}`));
  return lines.join('\n');
}

function taskLines(task: ProcessReport['tasks'][number], options: DumpTextOptions): string[] {
  const { palette } = options;
  const indent = '    '.repeat(task.depth + 1);
  const state = task.isRunning ? palette.green('running') : 'waits';
  const waited = task.waitsFor === undefined ? '' : ` for ${printable(task.waitsFor)}`;
  const lines = [`${indent}${palette.bold(printable(task.name))} (${state}${waited})`];
  for (const frame of task.frames) {
    const file = options.fullPaths ? frame.fileName : frame.shortFileName;
    lines.push(`${indent}    ${printable(frame.qualifiedName)} (${palette.cyan(printable(file))}:${frame.line})`);
  }
  return lines;
}

const MAX_GREENLET_GROUPS = 20;

function greenletLines({ greenlets }: ProcessReport, options: DumpTextOptions): string[] {
  const { palette } = options;
  const activities = Map.groupBy(greenlets, ({ activity }) => activity);
  const counts = [...activities].map(
    ([activity, groups]) => `${groups.reduce((sum, { count }) => sum + count, 0)} ${activity}`,
  );
  const lines = [`${palette.bold('greenlets')}: ${counts.join(', ')}`];
  const shown = greenlets.filter(({ frames }) => frames.length > 0);
  for (const { type, count, sample, frames } of shown.slice(0, MAX_GREENLET_GROUPS)) {
    const like = count === 1 ? '' : `, ${count} like this`;
    lines.push(`    ${palette.bold(printable(type))} at 0x${sample.toString(16)}${like}`);
    for (const frame of frames) lines.push(...frameLines(frame, options).map((line) => `    ${line}`));
  }
  if (shown.length > MAX_GREENLET_GROUPS)
    lines.push(palette.dim(`    … at ${shown.length - MAX_GREENLET_GROUPS} more places (--json has them)`));
  return lines;
}

/** Log records that were found in memory, as lines of text. */
export function formatLogRecords(records: readonly LogRecordReport[], palette: Palette): string {
  const lines = records.map(({ time, level, logger, message }) =>
    printable(`    ${time} ${level} ${logger}: ${message}`),
  );
  return [`${palette.bold('last log records in memory')}: ${records.length}`, ...lines].join('\n');
}
