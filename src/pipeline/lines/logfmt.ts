// logfmt: `level=info msg="two words" status=200`; also with the quotes of Python's repr, as structlog's KeyValueRenderer writes it.

const PAIR = /([A-Za-z_@][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S*))(?:\s+|$)/y;
const KNOWN = /(?:^|\s)(?:level|lvl|msg|message|time|ts|timestamp|event)=/;
const MAX_PAIRS = 200;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The line as a JSON document; undefined when it is not logfmt from its first to its last byte. */
export function logfmtToJson(line: string): string | undefined {
  if (!KNOWN.test(line.slice(0, 500))) return undefined;
  const fields: string[] = [];
  PAIR.lastIndex = 0;
  let at = 0;
  while (at < line.length) {
    const pair = PAIR.exec(line);
    if (pair === null || fields.length === MAX_PAIRS) return undefined;
    at = PAIR.lastIndex;
    const [, name = '', double, single, plain = ''] = pair;
    const quoted = double ?? single;
    const text = quoted?.replaceAll(/\\(.)/gs, (_all, letter: string) => escapes[letter] ?? letter) ?? plain;
    const isNumber = quoted === undefined && /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(plain);
    const value = isNumber || plain === 'true' || plain === 'false' ? plain : JSON.stringify(text);
    fields.push(`${JSON.stringify(name)}:${value}`);
  }
  return fields.length < 2 ? undefined : `{${fields.join(',')}}`;
}
