// Exceptions in flight: the one that a thread is raising, and those whose handlers it is inside.
import type { Address } from './memory/process-memory.ts';
import { defaultLimits, renderValue } from './objects/render-value.ts';
import { typeFlag } from './objects/type-table.ts';
import type { PythonTarget } from './python-target.ts';
import type { ExceptionLink, ThreadReport } from './report.ts';

const MAX_CHAIN = 16;
const MAX_HANDLERS = 64;
const MESSAGE_CHARACTERS = 400;

/** `Type: message`, as the last line of a traceback. */
export function describeException(target: PythonTarget, exception: Address): string | undefined {
  const { objects, layout } = target;
  const type = objects.typeOf(exception);
  if (type === undefined || (type.flags & typeFlag.exception) === 0) return undefined;
  const name = type.name.slice(type.name.lastIndexOf('.') + 1);
  const args = objects.tuple(objects.reader.pointer(exception + layout.exception.args), 8)?.items ?? [];
  if (args.length === 0) return name;
  const [only = 0] = args;
  const text = args.length === 1 ? objects.text(only) : undefined;
  const limits = { ...defaultLimits, depth: 2, characters: MESSAGE_CHARACTERS };
  const message = text?.slice(0, MESSAGE_CHARACTERS) ?? args.map((arg) => renderValue(objects, arg, limits)).join(', ');
  return `${name}: ${args.length === 1 ? message : `(${message})`}`;
}

/** The exception and what led to it, newest first. */
export function readExceptionChain(target: PythonTarget, exception: Address): ExceptionLink[] {
  const { objects, layout } = target;
  const chain: ExceptionLink[] = [];
  const seen = new Set<Address>();
  let [current, relation] = [exception, ''];
  while (current !== 0 && !seen.has(current) && chain.length < MAX_CHAIN) {
    seen.add(current);
    const text = describeException(target, current);
    if (text === undefined) break;
    chain.push({ relation, text });
    const cause = objects.reader.pointer(current + layout.exception.cause);
    const isSuppressed = objects.reader.u8(current + layout.exception.suppressContext) === 1;
    const context = isSuppressed ? 0 : objects.reader.pointer(current + layout.exception.context);
    [current, relation] = cause === 0 ? [context, 'while handling'] : [cause, 'caused by'];
  }
  return chain;
}

/** What the thread state at `thread` raises and handles, innermost handler first. */
export function readExceptions(target: PythonTarget, thread: Address): ThreadReport['exceptions'] {
  const { layout, objects } = target;
  const { reader } = objects;
  const found: ThreadReport['exceptions'][number][] = [];
  const seen = new Set<Address>();
  const add = (stage: 'raising' | 'handling', exception: Address): void => {
    if (exception === 0 || seen.has(exception)) return;
    seen.add(exception);
    const chain = readExceptionChain(target, exception);
    if (chain.length > 0) found.push({ stage, chain });
  };
  const { currentException, exceptionInfo } = layout.thread;
  if (currentException !== undefined) add('raising', reader.pointer(thread + currentException));
  let item = exceptionInfo === undefined ? 0 : reader.pointer(thread + exceptionInfo);
  for (let depth = 0; item !== 0 && depth < MAX_HANDLERS; depth++) {
    add('handling', reader.pointer(item + layout.exceptionItem.value));
    item = reader.pointer(item + layout.exceptionItem.previous);
  }
  return found;
}
