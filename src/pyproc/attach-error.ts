// Why a process could not be looked into. Every error is one line for the user; `advice` says what to do about it.

export type AttachErrorCode =
  | 'HOLTER_NO_SUCH_PROCESS'
  | 'HOLTER_PROCESS_IS_ZOMBIE'
  | 'HOLTER_NOT_PYTHON'
  | 'HOLTER_PYTHON_TOO_OLD'
  | 'HOLTER_PYTHON_NOT_SUPPORTED'
  | 'HOLTER_PYTHON_NOT_READY'
  | 'HOLTER_NOT_PERMITTED'
  | 'HOLTER_ARCHITECTURE_NOT_SUPPORTED';

export interface AttachError {
  readonly code: AttachErrorCode;
  readonly message: string;
  readonly advice: readonly string[];
}

/** Makes an attach error. */
export function attachError(code: AttachErrorCode, message: string, advice: readonly string[] = []): AttachError {
  return { code, message, advice };
}
