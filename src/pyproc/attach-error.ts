// Why a process could not be looked into. Every error is one line for the user; `advice` says what to do about it.

export type AttachErrorCode =
  | 'PROCESS_UNKNOWN'
  | 'PROCESS_ZOMBIE'
  | 'PYTHON_ABSENT'
  | 'PYTHON_TOO_OLD'
  | 'PYTHON_UNSUPPORTED'
  | 'PYTHON_NOT_READY'
  | 'PROCESS_DENIED'
  | 'ARCHITECTURE_UNSUPPORTED';

export interface AttachError {
  readonly code: AttachErrorCode;
  readonly message: string;
  readonly advice: readonly string[];
}

/** Makes an attach error. */
export function attachError(code: AttachErrorCode, message: string, advice: readonly string[] = []): AttachError {
  return { code, message, advice };
}
