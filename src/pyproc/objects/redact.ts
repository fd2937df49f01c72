// Which names hold secrets. Applied to variables, attributes and string keys before their values are read.

const SECRET =
  /pass(word|wd|phrase)?$|passwd|password|secret|token|api_?key|apikey|access_?key|private_?key|credential|authorization|^auth$|cookie|session_?(id|key)/i;

/** Shown instead of a secret's value. */
export const REDACTED = '<redacted>';

export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
