// Which exceptions are one fault: those of the same type that came the same way through the code. Line numbers, source lines,
// messages, addresses and where Python or the service is installed say nothing about that.
import { fingerprintText } from '../base/fingerprint.ts';

/** More of a stack than this does not count. */
const MAX_STACK = 256 * 1024;
const MAX_FRAMES = 256;
// A frame of CPython's traceback; inside exception groups lines carry a margin of bars.
const FRAME = /^[ |+-]*File "([^"\n]*)", line \d+(?:, in (.*))?$/gm;
const INSTALLED = /^.*\/(site-packages|dist-packages|lib\/python\d[\d.]*)\//;
const NUMBERS = /0x[0-9a-f]+|\d+/gi;

function normalisePath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  const installed = INSTALLED.exec(slashed);
  if (installed !== null)
    return `${installed[1]!.startsWith('lib/') ? 'lib' : 'site'}/${slashed.slice(installed[0].length)}`;
  return slashed.split('/').slice(-2).join('/');
}

/**
 * The fingerprint that equal faults share; 0 when there is neither type nor stack. `type` is the exception's (qualified) name,
 * `stack` its traceback as CPython prints it (chained causes and exception groups included) or any other text.
 */
export function computeExceptionGroup(type: string, stack: string): bigint {
  if (type === '' && stack === '') return 0n;
  const text = stack.length > MAX_STACK ? stack.slice(0, MAX_STACK) : stack;
  const frames: string[] = [];
  for (const [, path, name] of text.matchAll(FRAME)) {
    const frame = `${normalisePath(path!)}\t${(name ?? '').trimEnd()}`;
    // Deep recursion is one fault, however deep it went.
    if (frame !== frames.at(-1)) frames.push(frame);
    if (frames.length === MAX_FRAMES) break;
  }
  const way = frames.length > 0 ? frames.join('\n') : text.replaceAll(NUMBERS, '#');
  return fingerprintText(`${type}\n${way}`);
}
