import type { AttachError } from '../../pyproc/attach-error.ts';

/** Prints an attach error with its advice on stderr. */
export function reportAttachError(error: AttachError): void {
  console.error([`holter: ${error.message} [${error.code}]`, ...error.advice].join('\n'));
}
