import { spanKinds, spanStatuses, type Span } from '../../api/traces.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import { attributesOf, labelsOf, readAttributeObject } from './attributes.ts';
import { exceptionsOf, presentId } from './log-rows.ts';
import { bigintsOf, numbersOf, textsOf } from './result-columns.ts';
import { writeRowId } from './row-position.ts';

interface StoredEvent {
  readonly time: string;
  readonly name: string;
  readonly attributes?: unknown;
}

interface StoredLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly attributes?: unknown;
}

function readEvents(text: string): Span['events'] {
  if (text === '') return [];
  return (JSON.parse(text) as StoredEvent[]).map(({ time, name, attributes }) => ({
    time: String(time),
    name,
    attributes: readAttributeObject(attributes),
  }));
}

function readLinks(text: string): Span['links'] {
  if (text === '') return [];
  return (JSON.parse(text) as StoredLink[]).map(({ traceId, spanId, traceState = '', attributes }) => ({
    traceId,
    spanId,
    traceState,
    attributes: readAttributeObject(attributes),
  }));
}

/** The spans of an answer to a plan that selects what is `shown` of them. */
export function readSpans(result: QueryResult): Span[] {
  const time = bigintsOf(result, 'time');
  const duration = bigintsOf(result, 'duration');
  const originalTime = bigintsOf(result, 'originalTime');
  const service = textsOf(result, 'service');
  const name = textsOf(result, 'name');
  const kind = numbersOf(result, 'kind');
  const status = numbersOf(result, 'status');
  const statusMessage = textsOf(result, 'statusMessage');
  const traceId = textsOf(result, 'traceId');
  const spanId = textsOf(result, 'spanId');
  const parentId = textsOf(result, 'parentId');
  const traceState = textsOf(result, 'traceState');
  const scope = textsOf(result, 'scope');
  const events = textsOf(result, 'events');
  const links = textsOf(result, 'links');
  const weight = numbersOf(result, 'weight');
  const ingester = numbersOf(result, 'ingester');
  const sequence = bigintsOf(result, 'sequence');
  const attributes = attributesOf(result);
  const resource = labelsOf(result, 'resourceLabels');
  const exceptions = exceptionsOf(result);
  return Array.from({ length: result.rows }, (_, row) => {
    const parent = presentId(parentId(row));
    const exception = exceptions(row);
    const original = originalTime(row);
    return {
      id: writeRowId({ time: time(row), ingester: ingester(row), sequence: sequence(row) }),
      traceId: traceId(row),
      spanId: spanId(row),
      ...(parent === undefined ? {} : { parentId: parent }),
      service: service(row),
      name: name(row),
      kind: spanKinds[kind(row)] ?? 'unspecified',
      status: spanStatuses[status(row)] ?? 'unset',
      statusMessage: statusMessage(row),
      start: String(time(row)),
      duration: String(duration(row)),
      traceState: traceState(row),
      scope: scope(row),
      attributes: attributes(row),
      resource: resource(row),
      events: readEvents(events(row)),
      links: readLinks(links(row)),
      ...(exception === undefined ? {} : { exception }),
      weight: weight(row),
      ...(original === 0n ? {} : { originalTime: String(original) }),
    };
  });
}
