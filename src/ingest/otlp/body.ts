// Reads and decompresses the body of a request, within bounds.
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';
import { CodedError, codedError } from '../../base/coded-error.ts';
import { otlpRequestErrors } from './errors.ts';

/** The bound that OTLP recommends, for a body as sent and decompressed. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Bytes of all requests that are being received or decoded at a time. */
const MAX_PENDING_BYTES = 4 * MAX_BODY_BYTES;
const BUSY_RETRY_SECONDS = 1;

/** Bodies up to this size are received into buffers that are used again: a fresh one costs a mapping and a fault for each of its pages. */
const POOLED_BYTES = 1024 * 1024;
const MAX_POOLED = 8;

type Decompress = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const decompressors: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify(gunzip) as Decompress],
  ['x-gzip', promisify(gunzip) as Decompress],
  ['deflate', promisify(inflate) as Decompress],
  ['zstd', promisify(zstdDecompress) as Decompress],
]);

export class BodyReader {
  readonly #maxBytes: number;
  #pending = 0;
  readonly #pool: Uint8Array[] = [];

  constructor(maxBytes = MAX_BODY_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Reads the body, decompresses it, and hands it to `use`; its bytes count as pending until that is done, and are another body's
   * afterwards.
   */
  async read<T>(request: IncomingMessage, use: (body: Uint8Array) => Promise<T>): Promise<T> {
    const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    const decompress = decompressors.get(encoding);
    if (decompress === undefined && encoding !== 'identity' && encoding !== '') {
      throw codedError(otlpRequestErrors, 'OTLP_CONTENT_ENCODING', encoding);
    }
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (declared > this.#maxBytes) throw this.#tooLarge();
    const budget = { bytes: 0 };
    const buffer = declared <= POOLED_BYTES ? (this.#pool.pop() ?? new Uint8Array(POOLED_BYTES)) : undefined;
    try {
      const raw = await this.#receive(request, budget, buffer);
      const body = decompress === undefined ? raw : await this.#decompress(raw, decompress, encoding);
      this.#take(budget, body === raw ? 0 : body.length);
      return await use(body);
    } finally {
      this.#pending -= budget.bytes;
      // Of a request that broke off more may still come.
      if (buffer !== undefined && request.complete && this.#pool.length < MAX_POOLED) this.#pool.push(buffer);
    }
  }

  #take(budget: { bytes: number }, bytes: number): void {
    if (this.#pending + bytes > MAX_PENDING_BYTES) {
      const { status, text } = otlpRequestErrors.OTLP_BUSY;
      throw new CodedError('OTLP_BUSY', status, text(this.#pending), { retryAfterSeconds: BUSY_RETRY_SECONDS });
    }
    this.#pending += bytes;
    budget.bytes += bytes;
  }

  #tooLarge(): CodedError {
    return codedError(otlpRequestErrors, 'OTLP_BODY_TOO_LARGE', this.#maxBytes);
  }

  /** The body as it was sent: in `buffer`, which its declared length fits into, or in one of its own. */
  async #receive(
    request: IncomingMessage,
    budget: { bytes: number },
    buffer: Uint8Array | undefined,
  ): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let size = 0;
    await new Promise<void>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        try {
          if (size > this.#maxBytes) throw this.#tooLarge();
          this.#take(budget, chunk.length);
        } catch (error) {
          request.removeAllListeners('data');
          request.pause();
          reject(error as CodedError);
          return;
        }
        if (buffer === undefined) chunks.push(chunk);
        else buffer.set(chunk, size - chunk.length);
      });
      request.on('end', resolve);
      request.on('error', reject);
      request.on('close', () => reject(new Error('the sender went away')));
    });
    if (buffer !== undefined) return buffer.subarray(0, size);
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
  }

  async #decompress(raw: Uint8Array, decompress: Decompress, encoding: string): Promise<Uint8Array> {
    try {
      return await decompress(raw, { maxOutputLength: this.#maxBytes });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLarge();
      throw codedError(otlpRequestErrors, 'OTLP_DECOMPRESSION', encoding, message);
    }
  }
}
