// Prometheus remote write 1.0, the receiving side (https://prometheus.io/docs/specs/prw/remote_write_spec/): 204 when all is durable;
// 400 when a part was refused, the rest is kept and the answer says which; 415, 413; 429 and 503 with Retry-After: try again.
// Plain node:http, so that a body is bounded while it comes in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, codedError } from '../../base/coded-error.ts';
import type { UnixNanos } from '../../model/units.ts';
import type { Intake } from '../intake.ts';
import { remoteWriteErrors, toCodedError } from './errors.ts';
import { MAX_UNPACKED_BYTES, remoteWriteFrame } from './remote-write-frame.ts';

export const REMOTE_WRITE_PATH = '/api/v1/write';
const SOURCE = 'remote-write';
/** Packed bodies that are being received at a time. */
const MAX_PENDING_BYTES = 128 << 20;
const BUSY_RETRY_SECONDS = 1;
const MESSAGE = 'prometheus.writerequest';

export interface RemoteWriteReceiverOptions {
  readonly intake: Intake;
  /** Told of failures that are faults of our own. */
  readonly onFault?: (error: unknown) => void;
  readonly maxBodyBytes?: number;
}

function checkHeaders({ headers }: IncomingMessage): void {
  const given = headers['content-type'] ?? '';
  const [type = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase());
  // A sender that names no type means 1.0.
  const message = parameters.find((part) => part.startsWith('proto='))?.slice('proto='.length) ?? MESSAGE;
  if ((given !== '' && type !== 'application/x-protobuf') || message !== MESSAGE)
    throw codedError(remoteWriteErrors, 'REMOTE_WRITE_CONTENT_TYPE', given.slice(0, 100));
  const encoding = headers['content-encoding'] ?? 'snappy';
  if (encoding.toLowerCase() !== 'snappy')
    throw codedError(remoteWriteErrors, 'REMOTE_WRITE_ENCODING', encoding.slice(0, 100));
}

export class RemoteWriteReceiver {
  readonly #options: RemoteWriteReceiverOptions;
  readonly #maxBytes: number;
  #pending = 0;

  constructor(options: RemoteWriteReceiverOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBodyBytes ?? MAX_UNPACKED_BYTES;
  }

  /** Answers one request whose sender may write; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { intake, onFault } = this.#options;
    const budget = { bytes: 0 };
    let reachedIntake = false;
    try {
      checkHeaders(request);
      const body = await this.#receive(request, budget);
      reachedIntake = true;
      const { counts, message } = await intake.accept({
        kind: remoteWriteFrame.name,
        source: SOURCE,
        received: now(),
        body,
      });
      if (message === undefined) response.writeHead(204).end();
      else answerText(response, 400, `${message}; ${counts.stored} samples of the request are stored`);
    } catch (error) {
      const coded = toCodedError(error);
      // The intake counts what it refuses itself.
      if (!reachedIntake) intake.refuse(SOURCE, 1, coded.code);
      if (coded !== error && request.complete) onFault?.(error);
      if (response.destroyed) return;
      if (coded.retryAfterSeconds !== undefined) response.setHeader('retry-after', Math.ceil(coded.retryAfterSeconds));
      // Many senders read the answer only when they have sent everything.
      request.resume();
      answerText(response, coded.status, coded.message);
    } finally {
      this.#pending -= budget.bytes;
    }
  }

  #receive(request: IncomingMessage, budget: { bytes: number }): Promise<Uint8Array> {
    const tooLarge = (): CodedError => codedError(remoteWriteErrors, 'REMOTE_WRITE_TOO_LARGE', this.#maxBytes);
    if (Number(request.headers['content-length'] ?? 0) > this.#maxBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      const onData = (chunk: Buffer): void => {
        budget.bytes += chunk.length;
        this.#pending += chunk.length;
        chunks.push(chunk);
        if (budget.bytes > this.#maxBytes) stop(tooLarge());
        else if (this.#pending > MAX_PENDING_BYTES) stop(busy(this.#pending));
      };
      const stop = (error: CodedError): void => {
        request.off('data', onData);
        reject(error);
      };
      request.on('data', onData);
      request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, budget.bytes)));
      request.once('error', reject);
      request.once('close', () => reject(new Error('the sender went away')));
    });
  }
}

function busy(bytes: number): CodedError {
  const { status, text } = remoteWriteErrors.REMOTE_WRITE_BUSY;
  return new CodedError('REMOTE_WRITE_BUSY', status, text(bytes), { retryAfterSeconds: BUSY_RETRY_SECONDS });
}

function now(): UnixNanos {
  return (BigInt(Date.now()) * 1_000_000n) as UnixNanos;
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
