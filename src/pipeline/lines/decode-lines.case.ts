// For tests: decodes records into a fresh block and reads rows back as plain values.
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { LineDecoder, type LineOutcome } from './line-decoder.ts';
import { rebuildRecord, type LineRow } from './rebuild.ts';
import { LAYOUT_LABEL } from './row-writer.ts';

const encoder = new TextEncoder();
export const RECEIVED = 1_795_255_933_000_000_000n;

export interface DecodedRow extends LineRow {
  readonly severity: number;
  readonly originalTime: bigint;
  readonly exceptionType: string;
  readonly exceptionMessage: string;
  readonly exceptionGroup: bigint;
  readonly stream: ReadonlyMap<string, string>;
  readonly rebuilt: string;
}

const hex = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('hex');
  return /^0+$/.test(text) ? '' : text;
};

function attributesOf(block: TelemetryBlock, row: number): Map<string, string | number | bigint | boolean> {
  const { strings, ints, floats, bools } = block.logs.attributes;
  const found = new Map<string, string | number | bigint | boolean>();
  const collect = (
    map: { entriesOf(row: number): readonly [number, number]; keys: { get(i: number): string } },
    get: (i: number) => string | bigint | number | boolean,
  ): void => {
    const [start, end] = map.entriesOf(row);
    for (let i = start; i < end; i++) found.set(map.keys.get(i), get(i));
  };
  collect(strings, (i) => strings.values.get(i));
  collect(ints, (i) => ints.values.get(i));
  collect(floats, (i) => floats.values.get(i));
  collect(bools, (i) => bools.values.get(i) === 1);
  return found;
}

function streamOf(block: TelemetryBlock, row: number): Map<string, string> {
  const { streams, logs } = block;
  for (let i = 0; i < streams.rows; i++) {
    if (streams.fingerprint.get(i) !== logs.stream.get(row)) continue;
    const [start, end] = streams.labels.entriesOf(i);
    return new Map(
      Array.from({ length: end - start }, (_, k) => [
        streams.labels.keys.get(start + k),
        streams.labels.values.get(start + k),
      ]),
    );
  }
  throw new Error(`the stream of row ${row} is not in its block`);
}

/** Row `row` of a block's logs. */
export function readRow(block: TelemetryBlock, row: number): DecodedRow {
  const { logs } = block;
  const stream = streamOf(block, row);
  const originalTime = logs.originalTime.get(row);
  const plain: LineRow = {
    time: originalTime === 0n ? logs.time.get(row) : originalTime,
    severityText: logs.severityText.get(row),
    logger: logs.logger.get(row),
    service: logs.service.get(row),
    body: logs.body.get(row),
    traceId: hex(logs.traceId.at(row)),
    spanId: hex(logs.spanId.at(row)),
    exceptionStack: logs.exceptionStack.get(row),
    attributes: attributesOf(block, row),
    attributesJson: logs.attributes.json.get(row),
    raw: logs.raw.get(row),
  };
  return {
    ...plain,
    originalTime,
    severity: logs.severity.get(row),
    exceptionType: logs.exceptionType.get(row),
    exceptionMessage: logs.exceptionMessage.get(row),
    exceptionGroup: logs.exceptionGroup.get(row),
    stream,
    rebuilt: rebuildRecord(plain, stream.get(LAYOUT_LABEL) ?? ''),
  };
}

const decoder = new LineDecoder();

/** Decodes records as one frame. */
export function decodeBlock(
  records: readonly (string | Uint8Array)[],
  meta: Readonly<Record<string, unknown>> = {},
  received = RECEIVED,
): { readonly block: TelemetryBlock; readonly outcomes: readonly LineOutcome[] } {
  const block = new TelemetryBlock();
  const bytes = records.map((record) => (typeof record === 'string' ? encoder.encode(record) : record));
  const body = Buffer.concat(bytes.flatMap((record) => [record, encoder.encode('\n')]));
  decoder.begin(block, { received, expiredBefore: { logs: 0n, spans: 0n }, meta }, body);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  const outcomes = bytes.map((record) => {
    const outcome = decoder.decode(body, view, at, at + record.length);
    at += record.length + 1;
    return outcome;
  });
  block.logs.attributes.fillUp();
  return { block, outcomes };
}

/** Decodes records and reads all their rows back. */
export function decodeLines(
  records: readonly (string | Uint8Array)[],
  meta: Readonly<Record<string, unknown>> = {},
  received = RECEIVED,
): readonly DecodedRow[] {
  const { block } = decodeBlock(records, meta, received);
  return Array.from({ length: block.logs.rows }, (_, row) => readRow(block, row));
}
