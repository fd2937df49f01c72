// `holter record`: samples stacks for a while and writes a flame graph, or another profile format.
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { readCommandLine } from '../../pyproc/procfs/process-status.ts';
import type { SampleOptions } from '../../pyproc/sampler/process-sampler.ts';
import { Sampler } from '../../pyproc/sampler/sampler.ts';
import { readArguments, WrongUse } from '../command.ts';
import { NATIVE_REFUSED } from '../output/argument-error.ts';
import { chooseFormat, profileFormats } from '../output/profile-formats.ts';
import { reportAttachError } from '../target/report-attach-error.ts';
import { selectProcess } from '../target/select-process.ts';
import { startTarget, waitForPython, type StartedProgram } from '../target/start-target.ts';

export const HELP = `usage: holter record [options] PID|PATTERN
       holter record [options] -- python app.py

Samples stacks without pausing the process, and writes them when the time is over, the process ends, or on Ctrl-C.

  -p, --pid PID          the process, like the plain word
  -o, --output FILE      default: profile-PID.svg; - is standard output
  -d, --duration SECONDS default: until Ctrl-C or the end of the process
  -r, --rate HZ          samples per second, 1 to 1000 (default 100)
  -f, --format FORMAT    ${profileFormats.map(({ name }) => name).join(', ')}; default by the end of FILE
  -g, --gil              only threads that hold the GIL
  -i, --idle             threads that wait, too (wall clock)
  -t, --threads          a box for each thread
  -F, --function         functions, not lines      --nolineno   no line numbers
  -s, --subprocesses     also the processes that it starts
      --full-filenames   whole file names          --nonblocking accepted: reading never pauses
  -q, --quiet            no progress line

Exit codes: 0 done, 2 wrong use, 3 the process cannot be reached or read, or FILE not written.`;

const MAX_RATE = 1000;
const PROGRESS_MS = 250;
const STANDARD_OUTPUT = '-';

interface RecordRequest {
  readonly pid: number;
  readonly file: string;
  readonly format: (typeof profileFormats)[number];
  readonly rate: number;
  readonly durationSeconds: number;
  readonly subprocesses: boolean;
  readonly options: SampleOptions;
  readonly quiet: boolean;
}

function parse(args: readonly string[]) {
  return readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      pid: { type: 'string', short: 'p' },
      output: { type: 'string', short: 'o' },
      duration: { type: 'string', short: 'd' },
      rate: { type: 'string', short: 'r' },
      format: { type: 'string', short: 'f' },
      gil: { type: 'boolean', short: 'g' },
      idle: { type: 'boolean', short: 'i' },
      threads: { type: 'boolean', short: 't' },
      function: { type: 'boolean', short: 'F' },
      nolineno: { type: 'boolean' },
      subprocesses: { type: 'boolean', short: 's' },
      'full-filenames': { type: 'boolean' },
      'full-paths': { type: 'boolean' },
      native: { type: 'boolean', short: 'n' },
      nonblocking: { type: 'boolean' },
      quiet: { type: 'boolean', short: 'q' },
    },
  });
}

/** Whether the file can be written; tried before the recording, not after it. */
function refuseFile(file: string): string | undefined {
  try {
    closeSync(openSync(file, 'a'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const dashes = args.indexOf('--');
  const command = dashes === -1 ? [] : args.slice(dashes + 1);
  const { values, positionals } = parse(dashes === -1 ? args : args.slice(0, dashes));
  if (values.native === true) throw new WrongUse(NATIVE_REFUSED);
  const rate = Number(values.rate ?? 100);
  if (!(rate >= 1 && rate <= MAX_RATE))
    throw new WrongUse(`expected a rate of 1 to ${MAX_RATE} per second, got "${values.rate}"`);
  const durationSeconds =
    values.duration === undefined || values.duration === 'unlimited' ? Infinity : Number(values.duration);
  if (!(durationSeconds > 0)) throw new WrongUse(`expected seconds above 0 after --duration, got "${values.duration}"`);
  const format = chooseFormat(values.format, values.output ?? 'profile.svg');
  if (format === undefined) {
    const names = profileFormats.map(({ name }) => name).join(', ');
    throw new WrongUse(`expected a format of ${names}, got "${values.format ?? values.output}"`);
  }
  let started: StartedProgram | undefined;
  let pid: number;
  if (command.length > 0) {
    started = await startTarget(command);
    if (started === undefined) return 3;
    pid = started.pid;
  } else {
    if (positionals.length > 1) throw new WrongUse(`expected one process, got ${positionals.join(' ')}`);
    pid = selectProcess(values.pid ?? positionals[0]);
  }
  const file = values.output ?? `profile-${pid}${format.endings[0]}`;
  const isNew = file !== STANDARD_OUTPUT && !existsSync(file);
  const refusal = file === STANDARD_OUTPUT ? undefined : refuseFile(file);
  if (refusal !== undefined) {
    started?.stop();
    console.error(`holter record: cannot write ${file}: ${refusal}`);
    return 3;
  }
  let mode: SampleOptions['mode'] = 'cpu';
  if (values.gil === true) mode = 'gil';
  else if (values.idle === true) mode = 'wall';
  const options: SampleOptions = {
    mode,
    threads: values.threads === true,
    functions: values.function === true,
    noLines: values.nolineno === true,
    fullPaths: values['full-filenames'] === true || values['full-paths'] === true,
  };
  const subprocesses = values.subprocesses === true;
  const code = await record(
    { pid, file, format, rate, durationSeconds, subprocesses, options, quiet: values.quiet === true },
    started,
  );
  if (code !== 0 && isNew) rmSync(file, { force: true });
  started?.stop();
  return code;
}

async function record(request: RecordRequest, started: StartedProgram | undefined): Promise<number> {
  const { pid, rate, durationSeconds, subprocesses, options } = request;
  if (started !== undefined && !(await waitForPython(started))) {
    console.error('holter record: the program ended before a Python interpreter was seen in it');
    return 3;
  }
  const title = readCommandLine(pid).join(' ');
  const sampler = new Sampler({ pid, rate, durationSeconds, subprocesses, options, title });
  let isTold = false;
  const stop = (): void => {
    isTold = true;
    sampler.stop();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const progress = request.quiet ? undefined : setInterval(() => showProgress(sampler), PROGRESS_MS);
  const result = await sampler.finished;
  clearInterval(progress);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (!request.quiet && process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  if (!result.ok) {
    reportAttachError(result.error);
    return 3;
  }
  try {
    const encoded = request.format.encode(result.value, request.file);
    if (request.file === STANDARD_OUTPUT) process.stdout.write(encoded);
    else writeFileSync(request.file, encoded);
  } catch (error) {
    console.error(`holter record: cannot write ${request.file}: ${(error as Error).message}`);
    return 3;
  }
  const { samples, lateSamples, uncertainSamples, failedSamples, durationSeconds: seconds } = result.value.meta;
  const doubts = `${lateSamples} late, ${uncertainSamples} uncertain, ${failedSamples} unreadable`;
  const where = request.file === STANDARD_OUTPUT ? 'standard output' : request.file;
  console.error(`wrote ${where}: ${samples} samples in ${seconds.toFixed(1)} s (${doubts})`);
  // A program that we have started may end when it likes.
  if (started === undefined && !isTold && seconds < durationSeconds) {
    console.error(`process ${pid} has ended, or has become another program, ${seconds.toFixed(1)} s after the start`);
  }
  if (samples === 0) console.error('no thread was on a CPU meanwhile; --idle records threads that wait, too');
  return 0;
}

function showProgress(sampler: Sampler): void {
  if (!process.stderr.isTTY) return;
  const { samples, late, uncertain, threads } = sampler.read();
  process.stderr.write(
    `\r\u001B[K${samples} samples, ${late} late, ${uncertain} uncertain, ${threads} threads – Ctrl-C writes the file`,
  );
}
