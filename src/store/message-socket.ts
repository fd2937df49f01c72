// Messages over a stream socket between front and store. Frame: two little-endian 32-bit lengths, then the message (structured
// clone of node:v8, so that bigints and typed arrays pass), then a payload of raw bytes that is not copied into the message.
import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

const HEADER = 8;
const MAX_FRAME = 512 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export type MessageHandler = (message: unknown, payload: Uint8Array) => void;

export class MessageSocket {
  readonly #socket: Socket;
  readonly #onMessage: MessageHandler;
  #chunks: Buffer[] = [];
  #buffered = 0;

  constructor(socket: Socket, onMessage: MessageHandler) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#buffered += chunk.length;
      this.#deliver();
    });
  }

  send(message: unknown, payload: Uint8Array = NOTHING): void {
    if (!this.#socket.writable) return;
    const body = serialize(message);
    const header = Buffer.allocUnsafe(HEADER);
    header.writeUInt32LE(body.length, 0);
    header.writeUInt32LE(payload.length, 4);
    this.#socket.cork();
    this.#socket.write(header);
    this.#socket.write(body);
    if (payload.length > 0) this.#socket.write(payload);
    this.#socket.uncork();
  }

  /** The first `size` bytes in one piece, without taking them. */
  #peek(size: number): Buffer {
    if (this.#chunks[0]!.length < size) this.#chunks = [Buffer.concat(this.#chunks, this.#buffered)];
    return this.#chunks[0]!;
  }

  #deliver(): void {
    while (this.#buffered >= HEADER) {
      const start = this.#peek(HEADER);
      const bodySize = start.readUInt32LE(0);
      const size = HEADER + bodySize + start.readUInt32LE(4);
      if (size > MAX_FRAME) {
        this.#socket.destroy(new Error(`a message of ${size} bytes is larger than ${MAX_FRAME}`));
        return;
      }
      if (this.#buffered < size) return;
      const whole = this.#peek(size);
      this.#buffered -= size;
      this.#chunks[0] = whole.subarray(size);
      if (this.#chunks[0].length === 0) this.#chunks.shift();
      const message: unknown = deserialize(whole.subarray(HEADER, HEADER + bodySize));
      this.#onMessage(message, whole.subarray(HEADER + bodySize, size));
    }
  }
}
