// The labels of a block again, all of them: for a block that relied on labels in the tables which are perhaps gone.
import { rm } from 'node:fs/promises';
import type { Log } from '../base/log.ts';
import { TelemetryBlock } from '../model/telemetry-block.ts';
import type { WrittenKeys } from '../model/stored-series.ts';
import type { SpoolReader } from '../spool/spool-reader.ts';
import type { BlockFile } from '../storage/ports/block-sink.ts';
import type { BlockWriter } from '../storage/ports/block-writer.ts';
import { decodeFrame } from './decode-frame.ts';
import type { FrameKind } from './intake.ts';
import { BOUNDARY, FRAME, contextOf } from './spool-records.ts';
import type { BoundaryBody, FrameHead } from './spool-records.ts';

const LABEL_TABLES: readonly string[] = ['series', 'resources'];
const decoder = new TextDecoder();

export interface LabelsRead {
  readonly files: readonly BlockFile[];
  readonly keys: WrittenKeys;
}

/**
 * Decodes the frames of the block once more and gives its files with those of labels in the place of what they were. `reader` stands
 * before its first frame.
 */
export async function readLabels(
  reader: SpoolReader,
  { block, first, last }: BoundaryBody,
  before: readonly BlockFile[],
  options: {
    readonly kinds: ReadonlyMap<string, FrameKind>;
    readonly ingester: number;
    readonly writer: BlockWriter;
    readonly folder: string;
    readonly name: string;
    readonly log: Log;
  },
): Promise<LabelsRead> {
  const { kinds, ingester, writer, folder, name, log } = options;
  const columns = new TelemetryBlock();
  for (let item = await reader.next(); item !== undefined; item = await reader.next()) {
    const { record } = item;
    if (record === undefined) {
      log.error(
        `frames of block ${block} are damaged: if their series have no other samples on the day, their labels are lost`,
      );
      continue;
    }
    const { type, number, head, body } = record;
    if (type === BOUNDARY && (JSON.parse(decoder.decode(body)) as BoundaryBody).block === block) break;
    if (type !== FRAME || number < first || number > last) continue;
    const frame = head as unknown as FrameHead;
    const kind = kinds.get(frame.kind);
    try {
      if (kind !== undefined) decodeFrame(kind, body, contextOf(frame), columns, ingester, number);
    } catch {
      // It could not be decoded when the block was made from the spool either: it is in quarantine.
    }
  }
  const written = await writer.write(columns, folder, name, LABEL_TABLES);
  const isLabels = ({ table }: BlockFile): boolean => LABEL_TABLES.includes(table);
  const unwanted = [...before.filter(isLabels), ...written.filter((file) => !isLabels(file))];
  for (const { path } of unwanted) await rm(path, { force: true });
  return {
    files: [...written.filter(isLabels), ...before.filter((file) => !isLabels(file))],
    keys: columns.series.keys(),
  };
}
