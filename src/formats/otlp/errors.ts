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
} as const;

export function protobufError(what: string, at: number): CodedError {
  return codedError(otlpErrors, 'OTLP_PROTOBUF_BROKEN', what, at);
}
