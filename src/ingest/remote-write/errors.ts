import { CodedError, type ErrorTable } from '../../base/coded-error.ts';

/** What can be wrong with a remote-write request; docs/manual/errors.md explains each. */
export const remoteWriteErrors = {
  REMOTE_WRITE_CONTENT_TYPE: {
    status: 415,
    text: (type: string) =>
      `expected content-type application/x-protobuf with proto=prometheus.WriteRequest (remote write 1.0), got ${type}`,
  },
  REMOTE_WRITE_ENCODING: {
    status: 415,
    text: (encoding: string) => `expected content-encoding snappy, got ${encoding}`,
  },
  REMOTE_WRITE_TOO_LARGE: {
    status: 413,
    text: (limit: number) => `expected at most ${limit} bytes, also unpacked; send smaller batches`,
  },
  REMOTE_WRITE_BODY: { status: 400, text: (reason: string) => `the remote-write request cannot be read: ${reason}` },
  REMOTE_WRITE_BUSY: {
    status: 503,
    text: (bytes: number) => `requests of ${bytes} bytes are being received; try again`,
  },
  REMOTE_WRITE_INTERNAL: { status: 500, text: () => 'a fault of the server; its log says more' },
} satisfies ErrorTable;

/** Any failure as an error with a code. */
export function toCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const { status, text } = remoteWriteErrors.REMOTE_WRITE_INTERNAL;
  return new CodedError('REMOTE_WRITE_INTERNAL', status, text(), { cause: error });
}
