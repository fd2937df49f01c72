// Nested objects that say what other loggers write flat: the Elastic Common Schema (log.level, error.stack_trace, trace.id …), Datadog's,
// those of OpenTelemetry's console exporter, and structlog's list of exceptions. Values are only read here; the objects stay attributes.

/** What such objects of one record say. */
export interface EcsValues {
  level?: string;
  logger?: string;
  service?: string;
  trace?: string;
  span?: string;
  errorType?: string;
  errorMessage?: string;
  stack?: string;
}

/** object → its field → what it means */
const table: Readonly<Record<string, Readonly<Record<string, keyof EcsValues>>>> = {
  log: { level: 'level', logger: 'logger' },
  error: { type: 'errorType', message: 'errorMessage', stack_trace: 'stack', stack: 'stack' },
  exception: { type: 'errorType', message: 'errorMessage', stacktrace: 'stack', stack_trace: 'stack' },
  trace: { id: 'trace' },
  span: { id: 'span' },
  transaction: { id: 'span' },
  service: { name: 'service' },
  attributes: {
    'exception.type': 'errorType',
    'exception.message': 'errorMessage',
    'exception.stacktrace': 'stack',
  },
  resource: { 'service.name': 'service' },
  dd: { trace_id: 'trace', span_id: 'span', service: 'service' },
};

interface StructlogFrame {
  readonly filename?: unknown;
  readonly lineno?: unknown;
  readonly name?: unknown;
  readonly line?: unknown;
}

interface StructlogException {
  readonly exc_type?: unknown;
  readonly exc_value?: unknown;
  readonly is_cause?: unknown;
  readonly frames?: unknown;
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function printException(exception: StructlogException): string {
  const frames = Array.isArray(exception.frames) ? (exception.frames as (StructlogFrame | null)[]) : [];
  const lines = frames.map((frame) => {
    const line = text(frame?.line);
    const source = line === '' ? '' : `\n    ${line}`;
    return `  File "${text(frame?.filename)}", line ${text(frame?.lineno)}, in ${text(frame?.name)}${source}`;
  });
  const value = text(exception.exc_value);
  const end = `${text(exception.exc_type)}${value === '' ? '' : `: ${value}`}`;
  return ['Traceback (most recent call last):', ...lines, end].join('\n');
}

/** Adds what the object `name` says to `values`; what is there already stays. */
function read(name: string, object: unknown, values: EcsValues): void {
  const fields = table[name.toLowerCase()];
  if (fields === undefined || typeof object !== 'object' || object === null) return;
  const inner = name === 'resource' ? (object as { attributes?: unknown }).attributes : object;
  if (typeof inner !== 'object' || inner === null) return;
  for (const [field, meaning] of Object.entries(fields)) {
    const value = (inner as Record<string, unknown>)[field];
    if (typeof value === 'string' && value !== '') values[meaning] ??= value;
  }
}

const DIRECT = '\n\nThe above exception was the direct cause of the following exception:\n\n';
const DURING = '\n\nDuring handling of the above exception, another exception occurred:\n\n';

/** The text that Python would print for structlog's list of exceptions (the raised one first); '' when it is none. */
function structlogStack(items: readonly unknown[]): string {
  const chain = items.filter(
    (item): item is StructlogException => typeof item === 'object' && item !== null && 'exc_type' in item,
  );
  let result = '';
  for (const exception of chain.toReversed()) {
    const connector = result === '' ? '' : exception.is_cause === true ? DIRECT : DURING;
    result += connector + printException(exception);
  }
  return result;
}

export const readEcsObject = { read, structlogStack };
