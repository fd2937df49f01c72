// Which names hold secrets. Applied to variables, attributes, keys and headers before their values are read.

const SECRET =
  /pass(word|wd|phrase)?$|passwd|password|(^|_)pwd$|secret|token|^jwt$|^bearer$|api_?key|apikey|access_?key|private_?key|credential|authorization|^auth$|cookie|session_?(id|key)/i;

/** Shown instead of a secret's value. */
export const REDACTED = '<redacted>';

export function isSecretName(name: string): boolean {
  // Headers have dashes where variables have underscores.
  return SECRET.test(name.replaceAll('-', '_'));
}

/** `postgres://shop:…@db/orders`: the password of a URL, which stands in variables of any name. */
export function hidePasswordOfUrl(text: string): string {
  return text.replaceAll(/(:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g, `$1${REDACTED}`);
}
