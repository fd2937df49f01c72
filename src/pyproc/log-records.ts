// Records of the logging module that are still in memory: in the buffers of handlers and queues, in frames and tracebacks.
// A record that was written out and that nobody keeps is gone.
import { findInstances } from './heap/instances.ts';
import type { Address } from './memory/process-memory.ts';
import { isSecretName, REDACTED } from './objects/redact.ts';
import { defaultLimits, renderValue } from './objects/render-value.ts';
import { typeFlag } from './objects/type-table.ts';
import type { PythonTarget } from './python-target.ts';
import type { LogRecordReport } from './report.ts';
import { findModule } from './threads/thread-names.ts';

const MAX_RECORDS = 50_000;
const MAX_CHARACTERS = 1000;
const MAX_ARGUMENTS = 64;
/** A conversion of printf-style formatting, see "printf-style String Formatting" in the library reference. */
const CONVERSION = /%(?:\((?<key>[^)]*)\))?[-+ #0]*\d*(?:\.(?<precision>\d+))?[hlL]?(?<kind>[diouxXeEfFgGcrsa%])/g;

/** The format string with its arguments put in, as far as that works without running code. */
export function formatMessage(message: string, argument: (key: string | number) => string | undefined): string {
  let next = 0;
  return message.replaceAll(CONVERSION, (whole, ...rest) => {
    const groups = rest.at(-1) as { key?: string; precision?: string; kind: string };
    if (groups.kind === '%') return '%';
    const text = argument(groups.key ?? next++);
    if (text === undefined) return whole;
    const isFixed =
      groups.precision !== undefined && /[fF]/.test(groups.kind) && text !== '' && !Number.isNaN(Number(text));
    return isFixed ? Number(text).toFixed(Math.min(Number(groups.precision), 20)) : text;
  });
}

function readMessage(target: PythonTarget, record: Address, redacts: boolean): string | undefined {
  const { objects } = target;
  const format = objects.attribute(record, 'msg');
  if (format === undefined) return undefined;
  const limits = { ...defaultLimits, redacts };
  const show = (object: Address): string => objects.text(object) ?? renderValue(objects, object, limits);
  const message = show(format).slice(0, MAX_CHARACTERS);
  const args = objects.attribute(record, 'args') ?? 0;
  const type = objects.typeOf(args);
  if (type === undefined) return message;
  if ((type.flags & typeFlag.dict) !== 0) {
    return formatMessage(message, (key) => {
      const value = objects.dictValue(args, String(key));
      if (value === undefined) return undefined;
      return redacts && isSecretName(String(key)) ? REDACTED : show(value);
    });
  }
  const items = (type.flags & typeFlag.tuple) === 0 ? [] : (objects.tuple(args, MAX_ARGUMENTS)?.items ?? []);
  if (items.length === 0) return message;
  return formatMessage(message, (key) => {
    const item = typeof key === 'number' ? items[key] : undefined;
    return item === undefined ? undefined : show(item);
  });
}

function readRecord(target: PythonTarget, record: Address, redacts: boolean): LogRecordReport | undefined {
  const { objects } = target;
  const text = (name: string): string | undefined => {
    const value = objects.attribute(record, name);
    return value === undefined ? undefined : objects.text(value);
  };
  const created = objects.attribute(record, 'created');
  const seconds = created === undefined ? undefined : objects.reader.f64(created + 16);
  const message = readMessage(target, record, redacts);
  const date = new Date((seconds ?? Number.NaN) * 1000);
  if (message === undefined || Number.isNaN(date.getTime())) return undefined;
  return {
    time: date.toISOString(),
    level: text('levelname') ?? '?',
    logger: text('name') ?? '?',
    message,
    thread: text('threadName'),
  };
}

/** The newest `limit` records in memory, oldest first; empty when logging is not used or nothing keeps records. */
export function readLogRecords(target: PythonTarget, limit: number, redacts: boolean): LogRecordReport[] {
  if (findModule(target, target.facts.mainInterpreter, 'logging') === undefined) return [];
  const { types } = target.objects;
  const found = findInstances(target, (type) => types.isNamed(type, 'LogRecord'), MAX_RECORDS) ?? [];
  return found
    .flatMap(({ address }) => readRecord(target, address, redacts) ?? [])
    .toSorted((a, b) => a.time.localeCompare(b.time))
    .slice(-limit);
}
