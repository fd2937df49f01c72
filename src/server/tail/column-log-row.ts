// One row of log columns as the API writes it: for the few rows that a live tail shows.
import type { Attribute } from '../../api/common.ts';
import type { LogRow } from '../../api/logs.ts';
import type { AttributeColumns } from '../../model/attribute-columns.ts';
import type { MapColumn, StringColumn } from '../../model/columns.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import { describeLabels, writeFloat } from '../queries/attributes.ts';
import { writeRowId } from '../queries/row-position.ts';
import { severityGroupOf } from '../queries/severity.ts';

const GROUP_DIGITS = 16;

/** Hexadecimal digits of an id, or nothing when it is all zero. */
export function hexOf(id: Uint8Array): string | undefined {
  return id.every((byte) => byte === 0) ? undefined : Buffer.from(id).toString('hex');
}

/** The entries of a map with string values. */
export function textEntries(map: MapColumn<StringColumn>, row: number): [string, string][] {
  const [start, end] = map.entriesOf(row);
  return Array.from({ length: end - start }, (_, index) => [
    map.keys.get(start + index),
    map.values.get(start + index),
  ]);
}

/** Entries [start, end) of a map's row, each through `read`. */
function readEntries<T>(bounds: readonly [number, number], read: (entry: number) => T): T[] {
  const [start, end] = bounds;
  return Array.from({ length: end - start }, (_, index) => read(start + index));
}

export function readAttributes({ strings, ints, floats, bools, json }: AttributeColumns, row: number): Attribute[] {
  const nested = json.get(row);
  return [
    ...textEntries(strings, row).map(([name, value]) => ({ name, kind: 'string' as const, value })),
    ...readEntries(ints.entriesOf(row), (at) => ({
      name: ints.keys.get(at),
      kind: 'int' as const,
      value: String(ints.values.get(at)),
    })),
    ...readEntries(floats.entriesOf(row), (at) => ({
      name: floats.keys.get(at),
      kind: 'float' as const,
      value: writeFloat(floats.values.get(at)),
    })),
    ...readEntries(bools.entriesOf(row), (at) => ({
      name: bools.keys.get(at),
      kind: 'bool' as const,
      value: bools.values.get(at) !== 0,
    })),
    ...Object.entries((nested === '' ? {} : JSON.parse(nested)) as Record<string, unknown>).map(([name, value]) => ({
      name,
      kind: 'json' as const,
      value,
    })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Labels of an identity by its fingerprint. */
export type LabelLookup = (fingerprint: bigint) => Readonly<Record<string, string>>;

export function readColumnLogRow(logs: LogColumns, row: number, resources: LabelLookup, streams: LabelLookup): LogRow {
  const traceId = hexOf(logs.traceId.at(row));
  const spanId = hexOf(logs.spanId.at(row));
  const group = BigInt.asUintN(64, logs.exceptionGroup.get(row));
  const exception = {
    type: logs.exceptionType.get(row),
    message: logs.exceptionMessage.get(row),
    stack: logs.exceptionStack.get(row),
    group: group === 0n ? '' : group.toString(16).padStart(GROUP_DIGITS, '0'),
  };
  const hasException = exception.type !== '' || exception.message !== '' || exception.stack !== '';
  const originalTime = logs.originalTime.get(row);
  const severity = logs.severity.get(row);
  const position = { time: logs.time.get(row), ingester: logs.ingester.get(row), sequence: logs.sequence.get(row) };
  return {
    id: writeRowId(position),
    time: String(position.time),
    observed: String(logs.observed.get(row)),
    service: logs.service.get(row),
    severity,
    severityText: logs.severityText.get(row),
    level: severityGroupOf(severity),
    logger: logs.logger.get(row),
    event: logs.event.get(row),
    body: logs.body.get(row),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    attributes: readAttributes(logs.attributes, row),
    resource: { ...resources(logs.resource.get(row)) },
    stream: describeLabels(Object.entries(streams(logs.stream.get(row)))),
    ...(hasException ? { exception } : {}),
    weight: logs.weight.get(row),
    ...(originalTime === 0n ? {} : { originalTime: String(originalTime) }),
  };
}
