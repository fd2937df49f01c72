// The record as it came in: kept where it could not be rebuilt, else rebuilt from the columns by the layout that its stream carries.
import { rebuildRecord } from '../../pipeline/lines/rebuild.ts';
import { LAYOUT_LABEL } from '../../pipeline/lines/row-writer.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import { bigintsOf, pairsOf, textsOf } from './result-columns.ts';

type Scalar = string | number | bigint | boolean;

/**
 * Of the rows of an answer with all columns: the text that was a line of a file, of a connection or of a topic; undefined for records
 * that never were text (OTLP). Texts come back byte for byte, JSON documents with the same fields and values.
 */
export function originalRecordsOf(result: QueryResult): (row: number) => string | undefined {
  const time = bigintsOf(result, 'time');
  const originalTime = bigintsOf(result, 'originalTime');
  const stream = bigintsOf(result, 'stream');
  const labels = pairsOf(result, 'streamLabels');
  const strings = pairsOf(result, 'attributeStrings');
  const ints = pairsOf(result, 'attributeInts');
  const floats = pairsOf(result, 'attributeFloats');
  const bools = pairsOf(result, 'attributeBools');
  const attributesJson = textsOf(result, 'attributeJson');
  const raw = textsOf(result, 'raw');
  const texts = {
    severityText: textsOf(result, 'severityText'),
    logger: textsOf(result, 'logger'),
    service: textsOf(result, 'service'),
    body: textsOf(result, 'body'),
    traceId: textsOf(result, 'traceId'),
    spanId: textsOf(result, 'spanId'),
    exceptionStack: textsOf(result, 'exceptionStack'),
  };
  const attributesOf = (row: number): ReadonlyMap<string, Scalar> =>
    new Map<string, Scalar>([
      ...strings(row).map(([name, value]): [string, Scalar] => [name, String(value)]),
      ...ints(row).map(([name, value]): [string, Scalar] => [name, BigInt(value)]),
      ...floats(row).map(([name, value]): [string, Scalar] => [name, Number(value)]),
      ...bools(row).map(([name, value]): [string, Scalar] => [name, Number(value) !== 0]),
    ]);
  return (row) => {
    if (raw(row) !== '') return raw(row);
    if (stream(row) === 0n) return undefined;
    const layout = labels(row).find(([name]) => name === LAYOUT_LABEL)?.[1] ?? '';
    const read = (name: keyof typeof texts): string => texts[name](row);
    return rebuildRecord(
      {
        time: originalTime(row) === 0n ? time(row) : originalTime(row),
        severityText: read('severityText'),
        logger: read('logger'),
        service: read('service'),
        body: read('body'),
        traceId: read('traceId'),
        spanId: read('spanId'),
        exceptionStack: read('exceptionStack'),
        attributes: attributesOf(row),
        attributesJson: attributesJson(row),
        raw: '',
      },
      String(layout),
    );
  };
}
