// Lines over TCP, one record a line, JSON or text (Logstash's tcp input with the json_lines codec, python-logstash and its kin).
// There is no acknowledgement in this protocol: a full intake makes the connection wait.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import type { Intake } from '../intake.ts';
import { LineSource } from '../lines/line-source.ts';
import { sendStream } from '../lines/stream-lines.ts';

const MAX_CONNECTIONS = 1000;
const IDLE_TIMEOUT = 600_000;
const JOIN_WAIT = 1000;

export interface TcpLinesOptions {
  readonly intake: Intake;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly zone?: string;
  readonly clocks?: Readonly<Record<string, string>>;
  readonly maxConnections?: number;
  /** ms without a byte after which a connection is closed. */
  readonly idleTimeout?: number;
  readonly joinWait?: number;
  /** A connection that ended badly. */
  readonly report?: (peer: string, error: Error) => void;
}

export interface TcpLinesStatistics {
  readonly connections: number;
  /** Connections that were closed at once because there were too many. */
  readonly turnedAway: number;
  readonly cutLines: number;
  readonly cutBytes: number;
}

export class TcpLines {
  readonly #options: TcpLinesOptions;
  readonly #server: Server;
  readonly #sockets = new Map<Socket, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #clocks: ClockJudge;
  readonly #zone: string;
  #port = 0;
  #turnedAway = 0;
  #cutLines = 0;
  #cutBytes = 0;

  constructor(options: TcpLinesOptions) {
    this.#options = options;
    this.#zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.#clocks = new ClockJudge(this.#zone, options.clocks);
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  get statistics(): TcpLinesStatistics {
    return {
      connections: this.#sockets.size,
      turnedAway: this.#turnedAway,
      cutLines: this.#cutLines,
      cutBytes: this.#cutBytes,
    };
  }

  /** Begins to listen; resolves with the port. Rejects when the address is taken. */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Takes no more connections, and of the open ones what has come so far. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const open = [...this.#sockets];
    // What is still unread in the kernel is lost as if the network had broken: the sender has no way to know.
    for (const [socket] of open) socket.destroy();
    await Promise.all(open.map(([, done]) => done));
    this.#abort.abort(new Error('the listener was stopped'));
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.#sockets.size >= (this.#options.maxConnections ?? MAX_CONNECTIONS)) {
      this.#turnedAway++;
      socket.destroy();
      return;
    }
    const peer = socket.remoteAddress ?? '';
    socket.setTimeout(this.#options.idleTimeout ?? IDLE_TIMEOUT, () => socket.destroy(new Error('idle for too long')));
    const done = this.#read(socket, peer)
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#options.report?.(peer, error as Error);
        socket.destroy();
      })
      .finally(() => this.#sockets.delete(socket));
    this.#sockets.set(socket, done);
  }

  async #read(socket: Socket, peer: string): Promise<void> {
    const { host, intake, joinWait } = this.#options;
    const lines = new LineSource({
      intake,
      source: `tcp:${host}:${this.#port}`,
      stream: { listener: 'tcp', peer },
      host: peer,
      clocks: this.#clocks,
      zone: this.#zone,
      signal: this.#abort.signal,
    });
    const cut = await sendStream(socket, lines, joinWait ?? JOIN_WAIT);
    this.#cutLines += cut.lines;
    this.#cutBytes += cut.bytes;
  }
}
