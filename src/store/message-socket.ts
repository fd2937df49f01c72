// Messages over a stream socket between front and store. Frame: two little-endian 32-bit lengths, of the message and of its payload of
// raw bytes, then the payload, then the message (structured clone of node:v8, so that bigints and typed arrays pass). A payload is
// received into memory of its own, without a copy more, and may be sent in pieces that are put together there.
import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

const HEADER = 8;
const MAX_FRAME = 512 * 1024 * 1024;
/** Memory of payloads of these sizes is used again: smaller ones cost nothing. */
const MIN_SPARE = 16 << 10;
const MAX_SPARE = 4 << 20;
const NOTHING = Buffer.alloc(0);

/** Takes a message; answers DONE when it keeps nothing of the payload, whose memory then takes the next one. */
export type MessageHandler = (message: unknown, payload: Uint8Array) => typeof DONE | void;
export const DONE = Symbol('done');

export class MessageSocket {
  readonly #socket: Socket;
  readonly #onMessage: MessageHandler;
  readonly #header = Buffer.alloc(HEADER);
  #body = NOTHING;
  #payload = NOTHING;
  /** Memory that nobody reads any more. */
  #spare = NOTHING;
  /** Which of the three comes, and how much of it is there. */
  #coming = this.#header;
  #filled = 0;

  constructor(socket: Socket, onMessage: MessageHandler) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
  }

  /** Bytes that were sent and not taken yet. */
  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  /** Bytes that were sent and taken since the socket was opened. */
  get sentBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  /** Bytes that the system has not taken yet of what is being written: other than the counts above it says how far a large message is. */
  get queuedBytes(): number {
    return (
      (this.#socket as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0
    );
  }

  /** `done` is called when nobody reads the payload any more. */
  send(message: unknown, payload: Uint8Array | readonly Uint8Array[] = [], done?: () => void): void {
    if (!this.#socket.writable) return done?.();
    const pieces = payload instanceof Uint8Array ? [payload] : payload;
    const body = serialize(message);
    const header = Buffer.allocUnsafe(HEADER);
    header.writeUInt32LE(body.length, 0);
    header.writeUInt32LE(
      pieces.reduce((sum, { length }) => sum + length, 0),
      4,
    );
    this.#socket.cork();
    this.#socket.write(header);
    for (const piece of pieces) if (piece.length > 0) this.#socket.write(piece);
    this.#socket.write(body, done && (() => done()));
    this.#socket.uncork();
  }

  /** Bytes that came: of a socket that reads into one buffer again and again, which is cheaper than a new one each time. */
  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#socket.destroyed;) {
      const step = Math.min(chunk.length - at, this.#coming.length - this.#filled);
      this.#coming.set(chunk.subarray(at, at + step), this.#filled);
      at += step;
      this.#filled += step;
      if (this.#filled === this.#coming.length) this.#next();
    }
  }

  #next(): void {
    const came = this.#coming;
    this.#filled = 0;
    if (came === this.#header) {
      const [bodySize, payloadSize] = [came.readUInt32LE(0), came.readUInt32LE(4)];
      if (bodySize + payloadSize > MAX_FRAME) {
        const size = bodySize + payloadSize;
        this.#socket.destroy(new Error(`a message of ${size} bytes is larger than ${MAX_FRAME}`));
        return;
      }
      // Of its own memory each: what is in a message lives as long as its receiver likes.
      this.#payload = this.#takeMemory(payloadSize);
      this.#body = Buffer.allocUnsafeSlow(bodySize);
      this.#coming = payloadSize > 0 ? this.#payload : this.#body;
      return;
    }
    if (came === this.#payload) {
      this.#coming = this.#body;
      return;
    }
    this.#coming = this.#header;
    const [body, payload] = [this.#body, this.#payload];
    this.#body = this.#payload = NOTHING;
    const isDone = this.#onMessage(deserialize(body), payload) === DONE;
    const { byteLength } = payload.buffer;
    if (isDone && byteLength > this.#spare.length && byteLength <= MAX_SPARE) this.#spare = Buffer.from(payload.buffer);
  }

  #takeMemory(size: number): Buffer<ArrayBuffer> {
    const spare = this.#spare;
    if (size < MIN_SPARE || size > spare.length) return Buffer.allocUnsafeSlow(size);
    this.#spare = NOTHING;
    return spare.subarray(0, size);
  }
}
