// String literals with Go's escapes, which work on bytes: \xff is a byte, not a character.

const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

/** The text that a literal, quotes included, stands for. The lexer has checked its escapes. */
export function unquoteString(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`') || !inner.includes('\\')) return inner;
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|[^\\]+/gs;
  for (const [match, hex, short, long, octal, char] of inner.matchAll(escape)) {
    const code = short ?? long;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (code !== undefined) bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt(code, 16))));
    else if (char !== undefined) bytes.push(simple[char] ?? 0);
    else bytes.push(...encoder.encode(match));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** A literal in double quotes that stands for `text`, as Go's `strconv.Quote` writes it. */
export function quoteString(text: string): string {
  const names: Readonly<Record<string, string>> = { '\x07': '\\a', '\x0b': '\\v', '\b': '\\b', '\f': '\\f' };
  const escaped = text.replaceAll(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]|[^\S ]/gu, (char) => {
    const name = names[char] ?? { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    if (name !== undefined) return name;
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
