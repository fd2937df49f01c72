// What a user can meet when the spool cannot take something.
import { CodedError } from '../base/coded-error.ts';

const spoolErrors = {
  SPOOL_FULL: {
    status: 429,
    text: (reason: string) =>
      `the spool has no room: ${reason}; nothing of this request was kept: send it again later. Ingest goes on by itself when there is room`,
  },
  SPOOL_WRITE_FAILED: {
    status: 503,
    text: (reason: string) =>
      `the spool could not be written: ${reason}; nothing of this request was acknowledged: send it again later`,
  },
  SPOOL_CLOSED: {
    status: 503,
    text: () => 'the server is shutting down and takes nothing more: send it again when it is back',
  },
  FRAME_TOO_LARGE: {
    status: 413,
    text: (got: string, limit: string) =>
      `expected at most ${limit} in one request, got ${got}: send it in smaller parts`,
  },
  DATA_FOLDER_IN_USE: {
    status: 500,
    text: (folder: string, holder: string) =>
      `the data folder ${folder} is in use by ${holder}: stop that process, or choose another folder with --data`,
  },
} as const;

/** Makes an error of the spool's table. */
export function spoolError<C extends keyof typeof spoolErrors>(
  code: C,
  args: Parameters<(typeof spoolErrors)[C]['text']>,
  options: { retryAfterSeconds?: number; cause?: unknown } = {},
): CodedError {
  const { status, text } = spoolErrors[code] as { status: number; text: (...values: typeof args) => string };
  return new CodedError(code, status, text(...args), options);
}
