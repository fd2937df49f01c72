// The OpenTelemetry span that a thread is in. Its SDK keeps the current context, a dict, in the context variable
// "current_context", and in that the span under a key that begins with "current-span".
import type { Address } from './memory/process-memory.ts';
import { readContextVariables } from './objects/context-variables.ts';
import type { PythonTarget } from './python-target.ts';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

const MAX_KEYS = 64;

/** The span of the thread state at `thread`; `undefined` when it is in none. */
export function readTraceContext(target: PythonTarget, thread: Address): TraceContext | undefined {
  const { objects, layout } = target;
  if (layout.thread.context === undefined) return undefined;
  const context = objects.reader.pointer(thread + layout.thread.context);
  if (context === 0) return undefined;
  const current = readContextVariables(objects, context).get('current_context');
  if (current === undefined || !objects.isDict(current)) return undefined;
  for (const { key, value } of objects.dict(current, MAX_KEYS)?.entries ?? []) {
    if (objects.text(key)?.startsWith('current-span') !== true) continue;
    const span = objects.attribute(value, '_context');
    const [traceId, spanId] = span === undefined ? [] : (objects.tuple(span, 2)?.items ?? []);
    const [trace, inner] = [traceId, spanId].map((id) => (id === undefined ? undefined : objects.integer(id)));
    if (trace === undefined || inner === undefined || trace <= 0n) return undefined;
    return { traceId: trace.toString(16).padStart(32, '0'), spanId: inner.toString(16).padStart(16, '0') };
  }
  return undefined;
}
