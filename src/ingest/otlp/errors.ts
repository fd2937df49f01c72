import { CodedError } from '../../base/coded-error.ts';

/** What can be wrong with an OTLP request before anything of it is decoded. */
export const otlpRequestErrors = {
  OTLP_NO_SUCH_PATH: {
    status: 404,
    text: (path: string) =>
      `expected /v1/logs, /v1/traces or /v1/metrics, got ${path}; set the exporter's endpoint to the address alone`,
  },
  OTLP_METHOD: { status: 405, text: (method: string) => `expected POST, got ${method}` },
  OTLP_CONTENT_TYPE: {
    status: 415,
    text: (type: string) => `expected application/x-protobuf or application/json, got ${type}`,
  },
  OTLP_CONTENT_ENCODING: {
    status: 415,
    text: (encoding: string) => `expected Content-Encoding gzip, deflate, zstd or identity, got ${encoding}`,
  },
  OTLP_BODY_TOO_LARGE: {
    status: 413,
    text: (limit: number) => `a request may have ${limit} bytes, also after decompression; send smaller batches`,
  },
  OTLP_DECOMPRESSION: {
    status: 400,
    text: (encoding: string, reason: string) => `the body is not valid ${encoding}: ${reason}`,
  },
  OTLP_UNAUTHORIZED: {
    status: 401,
    text: () => 'expected a token that may ingest: send the header Authorization: Bearer TOKEN',
  },
  OTLP_BUSY: { status: 503, text: (bytes: number) => `requests of ${bytes} bytes are being received; try again` },
  OTLP_CLOSING: { status: 503, text: () => 'the server is shutting down; try again' },
  OTLP_INTERNAL: { status: 500, text: () => 'a fault of the server; its log says more' },
} as const;

/** Any failure as an error with a code. */
export function toCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const { status, text } = otlpRequestErrors.OTLP_INTERNAL;
  return new CodedError('OTLP_INTERNAL', status, text(), { cause: error });
}
