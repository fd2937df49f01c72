// A compressed rotated file is read once, whole: it does not grow.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { LineSource } from '../lines/line-source.ts';
import { LineSplitter } from '../lines/line-splitter.ts';
import { fingerprintOf, HEAD_BYTES, type Fingerprint } from './file-fingerprint.ts';

/** The first bytes' fingerprint of what the file holds. Rejects when it is no gzip file. */
export async function readGzipHead(path: string, length = HEAD_BYTES): Promise<Fingerprint> {
  const parts: Buffer[] = [];
  let size = 0;
  const gunzip = createReadStream(path, { end: 64 * 1024 }).pipe(createGunzip());
  try {
    for await (const part of gunzip) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size >= length) break;
    }
  } catch (error) {
    // The first part of a long file ends early; what came before is enough.
    if (size === 0) throw error;
  }
  return fingerprintOf(Buffer.concat(parts).subarray(0, length));
}

/**
 * Sends all lines of the file behind `offset` (of what it holds). Positions are those of the contents. Rejects when the file is
 * damaged; lines before the damage are sent.
 */
export async function sendGzipFile(
  path: string,
  offset: number,
  lines: LineSource,
  position: (end: number) => Readonly<Record<string, unknown>>,
): Promise<void> {
  const splitter = new LineSplitter((line, end) => lines.add(line, end), offset);
  let at = 0;
  try {
    await pipeline(createReadStream(path), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) {
        const skipped = Math.min(part.length, Math.max(0, offset - at));
        at += part.length;
        if (skipped < part.length) splitter.push(Uint8Array.prototype.slice.call(part, skipped));
        if (lines.isFull) await lines.send(false, position);
      }
    });
  } finally {
    splitter.flush();
    lines.flush();
    while ((await lines.send(false, position)) !== undefined);
  }
}
