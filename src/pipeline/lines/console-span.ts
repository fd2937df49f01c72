// Spans as OpenTelemetry's ConsoleSpanExporter for Python prints them (ReadableSpan.to_json).
import { computeExceptionGroup } from '../../model/exception-group.ts';
import { Identity } from './identity.ts';
import { pushId } from './ids.ts';
import type { RowWriter } from './row-writer.ts';
import { TimeReader } from './time-text.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const kinds = ['', 'SpanKind.INTERNAL', 'SpanKind.SERVER', 'SpanKind.CLIENT', 'SpanKind.PRODUCER', 'SpanKind.CONSUMER'];
const statuses = ['UNSET', 'OK', 'ERROR'];
const FUTURE_LIMIT = 600_000_000_000n;
const encoder = new TextEncoder();
const time = new TimeReader();

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const asArray = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

function nanosOf(value: Json | undefined): bigint | undefined {
  const bytes = encoder.encode(asText(value));
  if (!time.readText(bytes, 0, bytes.length)) return undefined;
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos);
}

/** An id without its 0x. */
function idBytes(value: Json | undefined): Uint8Array {
  return encoder.encode(asText(value).replace(/^0x/, ''));
}

function pushAttributes(rows: RowWriter, attributes: JsonObject): void {
  const columns = rows.block.spans.attributes;
  const rest: Record<string, Json> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') {
      columns.strings.keys.push(name);
      columns.strings.values.push(value);
    } else if (typeof value === 'boolean') {
      columns.bools.keys.push(name);
      columns.bools.values.push(value ? 1 : 0);
    } else if (typeof value === 'number' && Number.isSafeInteger(value)) {
      columns.ints.keys.push(name);
      columns.ints.values.pushNumber(value);
    } else if (typeof value === 'number') {
      columns.floats.keys.push(name);
      columns.floats.values.push(value);
    } else rest[name] = value;
  }
  columns.closeRow(Object.keys(rest).length === 0 ? '' : JSON.stringify(rest));
}

/** Writes resource and service of a span's block; returns the fingerprint. */
function pushResource(rows: RowWriter, attributes: JsonObject, day: number): void {
  const { spans, resources } = rows.block;
  const service = asText(attributes['service.name']) || (rows.meta.service ?? '');
  const labels: Record<string, string> = rows.meta.host === undefined ? {} : { 'host.name': rows.meta.host };
  for (const [name, value] of Object.entries(attributes)) {
    labels[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  const identity = new Identity({ ...labels, ...(service === '' ? {} : { 'service.name': service }) });
  spans.resource.push(identity.fingerprint);
  spans.service.push(service);
  if (resources.isNew(identity.fingerprint, day)) {
    const typed = Object.entries(attributes).filter(([, value]) => typeof value !== 'string');
    const json = typed.length === 0 ? '' : JSON.stringify(Object.fromEntries(typed));
    resources.push(identity.fingerprint, day, 0, service, identity.labels, json);
  }
}

function pushEvents(rows: RowWriter, span: JsonObject): void {
  const { spans } = rows.block;
  const events = asArray(span['events']).map(asObject);
  const printed = events.map((event) => ({
    time: String(nanosOf(event['timestamp']) ?? 0n),
    name: asText(event['name']),
    attributes: asObject(event['attributes']),
  }));
  spans.events.push(printed.length === 0 ? '' : JSON.stringify(printed));
  const links = asArray(span['links']).map(asObject);
  const printedLinks = links.map((link) => ({
    traceId: asText(asObject(link['context'])['trace_id']).replace(/^0x/, ''),
    spanId: asText(asObject(link['context'])['span_id']).replace(/^0x/, ''),
    attributes: asObject(link['attributes']),
  }));
  spans.links.push(printedLinks.length === 0 ? '' : JSON.stringify(printedLinks));
  const exception = asObject(printed.find(({ name }) => name === 'exception')?.attributes);
  const [type, stack] = [asText(exception['exception.type']), asText(exception['exception.stacktrace'])];
  spans.exceptionType.push(type);
  spans.exceptionMessage.push(asText(exception['exception.message']));
  spans.exceptionStack.push(stack);
  spans.exceptionGroup.push(computeExceptionGroup(type, stack));
}

/** Writes the span that `bytes` hold; undefined when the document is no span after all. */
export function readConsoleSpan(bytes: Uint8Array, rows: RowWriter): 'stored' | 'expired' | undefined {
  let span: JsonObject;
  try {
    span = asObject(JSON.parse(new TextDecoder().decode(bytes)) as Json);
  } catch {
    // NaN among the attributes: Python prints it, JSON has no word for it.
    return undefined;
  }
  const start = nanosOf(span['start_time']);
  const traceId = idBytes(asObject(span['context'])['trace_id']);
  const spanId = idBytes(asObject(span['context'])['span_id']);
  if (start === undefined || traceId.length !== 32 || spanId.length !== 16) return undefined;
  if (start < rows.spansExpiredBefore) return 'expired';
  const { spans } = rows.block;
  const late = start > rows.received + FUTURE_LIMIT;
  if (late) rows.clamped++;
  const shown = late ? rows.received : start;
  const end = nanosOf(span['end_time']) ?? start;
  const status = asObject(span['status']);
  spans.time.push(shown);
  spans.duration.push(end > start ? end - start : 0n);
  spans.originalTime.push(late ? start : 0n);
  pushResource(rows, asObject(asObject(span['resource'])['attributes']), Number(shown / 86_400_000_000_000n));
  spans.name.push(asText(span['name']));
  spans.kind.push(Math.max(0, kinds.indexOf(asText(span['kind']))));
  spans.status.push(Math.max(0, statuses.indexOf(asText(status['status_code']))));
  spans.statusMessage.push(asText(status['description']));
  pushId(spans.traceId, traceId, 0, traceId.length);
  pushId(spans.spanId, spanId, 0, spanId.length);
  const parent = idBytes(span['parent_id']);
  if (parent.length === 0) spans.parentId.pushZero();
  else pushId(spans.parentId, parent, 0, parent.length);
  const state = asText(asObject(span['context'])['trace_state']);
  spans.traceState.push(state === '[]' ? '' : state);
  spans.scope.push('');
  pushAttributes(rows, asObject(span['attributes']));
  pushEvents(rows, span);
  spans.weight.push(1);
  spans.retention.push(0);
  spans.closeRow();
  return 'stored';
}
