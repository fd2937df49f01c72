import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';

/** There was more than allowed. */
export class BodyTooLarge extends Error {}

/** The whole body, unpacked, as `join` makes it of its parts. Rejects with BodyTooLarge when it has more than `most` bytes, or ends before it is whole. */
export async function readBody(
  response: IncomingMessage,
  most: number,
  join: (parts: readonly Uint8Array[], size: number) => Uint8Array = joinParts,
): Promise<Uint8Array> {
  const unpacked = response.headers['content-encoding'] === 'gzip' ? createGunzip() : undefined;
  if (unpacked !== undefined) {
    response.on('error', (error) => unpacked.destroy(error));
    response.pipe(unpacked);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked ?? response) {
      size += (chunk as Buffer).length;
      if (size > most) throw new BodyTooLarge(`the body is larger than ${most} bytes (body_size_limit)`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    response.destroy();
    throw error;
  }
  return join(chunks, size);
}

function joinParts(parts: readonly Uint8Array[], size: number): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
}
