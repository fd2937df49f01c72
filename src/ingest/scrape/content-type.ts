/** Media type (lower case) and version of a Content-Type; undefined when it is none. */
export function parseContentType(text: string): { readonly type: string; readonly version: string } | undefined {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) return undefined;
  let version = '';
  for (const parameter of parameters) {
    if (parameter === '') continue;
    const [, name, quoted, plain] = /^([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s";]+))$/.exec(parameter) ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() === 'version') version = quoted ?? plain ?? '';
  }
  return { type: type.toLowerCase(), version };
}
