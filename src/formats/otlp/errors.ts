import { type CodedError, codedError } from '../../base/coded-error.ts';

/** What can be wrong with an OTLP body as a whole. */
export const otlpErrors = {
  OTLP_PROTOBUF_BROKEN: {
    status: 400,
    text: (what: string, at: number) =>
      `expected an OTLP export request in protobuf; ${what} at byte ${at}. Nothing of it was stored: send the whole message again`,
  },
  OTLP_JSON_BROKEN: {
    status: 400,
    text: (what: string, at: number) =>
      `expected an OTLP export request in JSON (protobuf JSON mapping); ${what} at byte ${at}. Nothing of it was stored: mend the sender`,
  },
  OTLP_EXPANDS_TOO_FAR: {
    status: 413,
    text: (rows: number, bytes: number) =>
      `a request may become at most ${rows} rows and ${bytes} bytes of repeated values; send smaller batches`,
  },
} as const;

export function protobufError(what: string, at: number): CodedError {
  return codedError(otlpErrors, 'OTLP_PROTOBUF_BROKEN', what, at);
}

export function jsonError(what: string, at: number): CodedError {
  return codedError(otlpErrors, 'OTLP_JSON_BROKEN', what, at);
}
