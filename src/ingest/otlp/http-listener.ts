// OTLP over HTTP (opentelemetry.io/docs/specs/otlp, OTLP/HTTP): POST /v1/logs, /v1/traces and /v1/metrics, protobuf or JSON.
// Plain node:http: routing and hooks of a framework cost more than decoding does.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CodedError, codedError } from '../../base/coded-error.ts';
import type { UnixNanos } from '../../model/units.ts';
import type { Intake } from '../intake.ts';
import { BodyReader } from './body.ts';
import { otlpRequestErrors, toCodedError } from './errors.ts';
import { encodeStatus, encodeStatusJson, encodeSuccess, encodeSuccessJson } from './responses.ts';
import { frameKindName, otlpSignals, type OtlpSignal } from './signals.ts';

const SOURCE = 'otlp/http';
/** How long a sender may take for one request, and an idle connection is kept. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 75_000;

/** Decides who may send: `false` or an error refuses. */
export type Authorize = (headers: IncomingHttpHeaders) => boolean | CodedError;

export interface OtlpListenerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly intake: Intake;
  readonly authorize?: Authorize;
  /** Told of failures that are faults of our own. */
  readonly onFault?: (error: unknown) => void;
  readonly maxBodyBytes?: number;
}

export interface Listener {
  readonly address: { readonly host: string; readonly port: number };
  /** Stops accepting, answers what is under way for at most `graceSeconds`, then cuts the connections. */
  close(graceSeconds: number): Promise<void>;
}

const signalsByPath: ReadonlyMap<string, OtlpSignal> = new Map(otlpSignals.map((signal) => [signal.path, signal]));

/** Answers OTLP requests; also usable behind another server's `request` event. */
export class OtlpHttpHandler {
  readonly #options: Omit<OtlpListenerOptions, 'host' | 'port'>;
  readonly #bodies: BodyReader;

  constructor(options: Omit<OtlpListenerOptions, 'host' | 'port'>) {
    this.#options = options;
    this.#bodies = new BodyReader(options.maxBodyBytes);
  }

  /** Handles one request to its end; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
    // Errors are answered in the request's own type, so it must be known before anything can fail.
    const isJson = type === 'application/json';
    let reachedIntake = false;
    try {
      const signal = this.#check(request, type);
      await this.#bodies.read(request, async (body) => {
        reachedIntake = true;
        const outcome = await this.#options.intake.accept({
          kind: frameKindName(signal, isJson ? 'json' : 'protobuf'),
          source: SOURCE,
          received: now(),
          body,
          deduplicate: true,
        });
        if (isJson) send(response, 200, 'application/json', encodeSuccessJson(outcome, signal));
        else send(response, 200, 'application/x-protobuf', encodeSuccess(outcome));
      });
    } catch (error) {
      const coded = toCodedError(error);
      // The intake counts what it refuses itself.
      if (!reachedIntake) this.#options.intake.refuse(SOURCE, 1, coded.code);
      // What has a code is an answer, as back-pressure is: not a fault.
      if (coded !== error && request.complete) this.#options.onFault?.(error);
      this.#sendError(request, response, coded, isJson);
    }
  }

  #check(request: IncomingMessage, type: string): OtlpSignal {
    const path = (request.url ?? '').split('?', 1)[0]!;
    const signal = signalsByPath.get(path);
    if (signal === undefined) throw codedError(otlpRequestErrors, 'OTLP_NO_SUCH_PATH', path.slice(0, 100));
    if (request.method !== 'POST') throw codedError(otlpRequestErrors, 'OTLP_METHOD', request.method ?? '');
    const allowed = this.#options.authorize?.(request.headers) ?? true;
    if (allowed !== true) throw allowed === false ? codedError(otlpRequestErrors, 'OTLP_UNAUTHORIZED') : allowed;
    if (type !== 'application/x-protobuf' && type !== 'application/json') {
      throw codedError(otlpRequestErrors, 'OTLP_CONTENT_TYPE', type === '' ? 'none' : type.slice(0, 100));
    }
    return signal;
  }

  #sendError(request: IncomingMessage, response: ServerResponse, error: CodedError, isJson: boolean): void {
    if (response.destroyed) return;
    if (error.retryAfterSeconds !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterSeconds));
    if (error.status === 405) response.setHeader('allow', 'POST');
    if (error.status === 401) response.setHeader('www-authenticate', 'Bearer');
    // Many senders read the answer only when they have sent everything; the rest is read and dropped, within the request's time.
    request.resume();
    if (isJson) send(response, error.status, 'application/json', encodeStatusJson(error));
    else send(response, error.status, 'application/x-protobuf', encodeStatus(error));
  }
}

function now(): UnixNanos {
  return (BigInt(Date.now()) * 1_000_000n) as UnixNanos;
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Opens the listener; rejects when the address cannot be had. */
export async function openOtlpHttpListener(options: OtlpListenerOptions): Promise<Listener> {
  const handler = new OtlpHttpHandler(options);
  let closing = false;
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    void handler.handle(request, response);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    close: async (graceSeconds) => {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
      await closed;
      clearTimeout(timer);
    },
  };
}
