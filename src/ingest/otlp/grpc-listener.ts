// OTLP over gRPC (opentelemetry.io/docs/specs/otlp, OTLP/gRPC): the Export methods of the three services. Messages stay raw bytes:
// our own decoders read them, and the frame is what came.
import {
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type status,
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServiceDefinition,
  type StatusObject,
} from '@grpc/grpc-js';
import { codedError } from '../../base/coded-error.ts';
import type { CodedError } from '../../base/coded-error.ts';
import type { UnixNanos } from '../../model/units.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { otlpRequestErrors, toCodedError } from './errors.ts';
import type { Listener, OtlpListenerOptions } from './http-listener.ts';
import { encodeStatus, encodeSuccess, rpcCodeOf } from './responses.ts';
import { frameKindName, otlpSignals, type OtlpSignal } from './signals.ts';

const SOURCE = 'otlp/grpc';
/** Requests of one connection that may be under way at a time. */
const MAX_STREAMS = 32;

const pass = (bytes: Buffer): Buffer => bytes;

function serviceOf(signal: OtlpSignal): ServiceDefinition {
  const method = {
    path: `/${signal.service}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: pass,
    requestDeserialize: pass,
    responseSerialize: pass,
    responseDeserialize: pass,
  } as const;
  return { export: method };
}

/** The status that answers an error; what helps a retry stands in `grpc-status-details-bin`. */
function statusOf(error: CodedError): Partial<StatusObject> {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(error)));
  return { code: rpcCodeOf(error.status) as status, details: `${error.code}: ${error.message}`, metadata };
}

/** HTTP headers as an authorizer knows them; binary metadata has no place there. */
function headersOf(metadata: Metadata): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata.getMap())) if (typeof value === 'string') headers[name] = value;
  return headers;
}

async function accept(
  call: ServerUnaryCall<Buffer, Buffer>,
  signal: OtlpSignal,
  options: OtlpListenerOptions,
): Promise<Buffer> {
  const allowed = options.authorize?.(headersOf(call.metadata)) ?? true;
  if (allowed !== true) {
    const error = allowed === false ? codedError(otlpRequestErrors, 'OTLP_UNAUTHORIZED') : allowed;
    options.intake.refuse(SOURCE, 1, error.code);
    throw error;
  }
  const outcome = await options.intake.accept({
    kind: frameKindName(signal, 'protobuf'),
    source: SOURCE,
    received: (BigInt(Date.now()) * 1_000_000n) as UnixNanos,
    body: call.request,
    deduplicate: true,
  });
  return Buffer.from(encodeSuccess(outcome));
}

/** Opens the listener; rejects when the address cannot be had. */
export async function openOtlpGrpcListener(options: OtlpListenerOptions): Promise<Listener> {
  // What it would print about a taken address is in our own error.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': options.maxBodyBytes ?? MAX_BODY_BYTES,
    'grpc.max_concurrent_streams': MAX_STREAMS,
  });
  for (const signal of otlpSignals) {
    const handle: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
      accept(call, signal, options).then(
        (response) => answer(null, response),
        (error: unknown) => {
          const coded = toCodedError(error);
          if (coded !== error) options.onFault?.(error);
          answer(statusOf(coded));
        },
      );
    };
    server.addService(serviceOf(signal), { export: handle });
  }
  const port = await new Promise<number>((resolve, reject) => {
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    server.bindAsync(`${host}:${options.port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: { host: options.host, port },
    close: async (graceSeconds) => {
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      const timer = setTimeout(() => server.forceShutdown(), graceSeconds * 1000);
      await closed;
      clearTimeout(timer);
    },
  };
}
