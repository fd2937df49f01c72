import type { LogRow } from '../../api/logs.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import { attributesOf, labelsOf } from './attributes.ts';
import { originalRecordsOf } from './original-record.ts';
import { bigintsOf, numbersOf, textsOf } from './result-columns.ts';
import { writeRowId } from './row-position.ts';
import { severityGroupOf } from './severity.ts';

const NO_ID = /^0*$/;
const GROUP_DIGITS = 16;

/** An id in hexadecimal digits, or nothing when it is all zero. */
export function presentId(id: string): string | undefined {
  return NO_ID.test(id) ? undefined : id;
}

/** The exception of a row, when it has one. */
export function exceptionsOf(result: QueryResult): (row: number) => LogRow['exception'] {
  const type = textsOf(result, 'exceptionType');
  const message = textsOf(result, 'exceptionMessage');
  const stack = textsOf(result, 'exceptionStack');
  const group = bigintsOf(result, 'exceptionGroup');
  return (row) => {
    if (type(row) === '' && message(row) === '' && stack(row) === '') return undefined;
    const id = BigInt.asUintN(64, group(row));
    return {
      type: type(row),
      message: message(row),
      stack: stack(row),
      group: id === 0n ? '' : id.toString(16).padStart(GROUP_DIGITS, '0'),
    };
  };
}

/** The rows of an answer to a plan that selects what is `shown` of the logs; `withRaw`, of one that selects `all`, the records as they came in, too. */
export function readLogRows(result: QueryResult, withRaw = false): LogRow[] {
  const time = bigintsOf(result, 'time');
  const observed = bigintsOf(result, 'observed');
  const originalTime = bigintsOf(result, 'originalTime');
  const service = textsOf(result, 'service');
  const severity = numbersOf(result, 'severity');
  const severityText = textsOf(result, 'severityText');
  const logger = textsOf(result, 'logger');
  const event = textsOf(result, 'event');
  const body = textsOf(result, 'body');
  const traceId = textsOf(result, 'traceId');
  const spanId = textsOf(result, 'spanId');
  const raw = withRaw ? originalRecordsOf(result) : (): undefined => undefined;
  const weight = numbersOf(result, 'weight');
  const ingester = numbersOf(result, 'ingester');
  const sequence = bigintsOf(result, 'sequence');
  const attributes = attributesOf(result);
  const resource = labelsOf(result, 'resourceLabels');
  const stream = labelsOf(result, 'streamLabels');
  const exceptions = exceptionsOf(result);
  return Array.from({ length: result.rows }, (_, row) => {
    const trace = presentId(traceId(row));
    const span = presentId(spanId(row));
    const exception = exceptions(row);
    const original = originalTime(row);
    const record = raw(row);
    return {
      id: writeRowId({ time: time(row), ingester: ingester(row), sequence: sequence(row) }),
      time: String(time(row)),
      observed: String(observed(row)),
      service: service(row),
      severity: severity(row),
      severityText: severityText(row),
      level: severityGroupOf(severity(row)),
      logger: logger(row),
      event: event(row),
      body: body(row),
      ...(trace === undefined ? {} : { traceId: trace }),
      ...(span === undefined ? {} : { spanId: span }),
      attributes: attributes(row),
      resource: resource(row),
      stream: stream(row),
      ...(exception === undefined ? {} : { exception }),
      weight: weight(row),
      ...(record === undefined ? {} : { raw: record }),
      ...(original === 0n ? {} : { originalTime: String(original) }),
    };
  });
}
