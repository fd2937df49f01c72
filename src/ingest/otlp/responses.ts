// What an OTLP receiver answers: Export…ServiceResponse with a partial success, and google.rpc.Status for errors.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import type { CodedError } from '../../base/coded-error.ts';
import { beginMessage, endMessage, writeBytesField, writeTextField } from '../../formats/otlp/wire-writer.ts';
import type { DecodeOutcome } from '../intake.ts';
import type { OtlpSignal } from './signals.ts';

/** Codes of google.rpc.Code that are used here. */
export const RpcCode = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const rpcCodes: ReadonlyMap<number, number> = new Map([
  [400, RpcCode.invalidArgument],
  [401, RpcCode.unauthenticated],
  [403, RpcCode.permissionDenied],
  [404, RpcCode.notFound],
  [405, RpcCode.unimplemented],
  [413, RpcCode.resourceExhausted],
  [415, RpcCode.invalidArgument],
  [429, RpcCode.resourceExhausted],
  [503, RpcCode.unavailable],
]);

/** The google.rpc.Code for an HTTP status. */
export function rpcCodeOf(status: number): number {
  return rpcCodes.get(status) ?? RpcCode.internal;
}

/** How many rows were not kept, for the sender: it must not send them again. */
function countRejected({ counts }: DecodeOutcome): number {
  return counts.quarantined + counts.refused + counts.expired;
}

/** Export…ServiceResponse in protobuf; empty when everything was taken. */
export function encodeSuccess(outcome: DecodeOutcome): Uint8Array {
  const out = new ByteBuffer(128);
  const rejected = countRejected(outcome);
  if (rejected > 0 || outcome.message !== undefined) {
    const partial = beginMessage(out, 0x0a);
    if (rejected > 0) {
      out.writeVarint(0x08);
      out.writeVarint(rejected);
    }
    if (outcome.message !== undefined) writeTextField(out, 0x12, outcome.message);
    endMessage(out, partial);
  }
  return out.contents();
}

/** The same in JSON. */
export function encodeSuccessJson(outcome: DecodeOutcome, signal: OtlpSignal): string {
  const rejected = countRejected(outcome);
  if (rejected === 0 && outcome.message === undefined) return '{}';
  const partialSuccess = { [signal.rejectedName]: String(rejected), errorMessage: outcome.message ?? '' };
  return JSON.stringify({ partialSuccess });
}

/** google.rpc.Status in protobuf, with a RetryInfo when trying again helps. */
export function encodeStatus(error: CodedError): Uint8Array {
  const out = new ByteBuffer(256);
  out.writeVarint(0x08);
  out.writeVarint(rpcCodeOf(error.status));
  writeTextField(out, 0x12, `${error.code}: ${error.message}`);
  if (error.retryAfterSeconds !== undefined) {
    const details = beginMessage(out, 0x1a);
    writeTextField(out, 0x0a, 'type.googleapis.com/google.rpc.RetryInfo');
    writeBytesField(out, 0x12, encodeRetryInfo(error.retryAfterSeconds));
    endMessage(out, details);
  }
  return out.contents();
}

function encodeRetryInfo(seconds: number): Uint8Array {
  const out = new ByteBuffer(16);
  const delay = beginMessage(out, 0x0a);
  out.writeVarint(0x08);
  out.writeVarint(Math.ceil(seconds));
  endMessage(out, delay);
  return out.contents();
}

/** google.rpc.Status in JSON. */
export function encodeStatusJson(error: CodedError): string {
  return JSON.stringify({ code: rpcCodeOf(error.status), message: `${error.code}: ${error.message}` });
}
