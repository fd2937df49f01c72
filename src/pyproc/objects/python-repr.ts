// Texts of simple values as Python's repr() writes them.

/** repr() of a float: the shortest digits that read back the same, scientific below 1e-4 and from 1e16 on. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const digits = mantissa.replace('-', '').replace('.', '');
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

function escapeCharacter(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const escape = ESCAPES[character];
  if (escape !== undefined) return escape;
  if (!UNPRINTABLE.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  if (point <= 0xff) return `\\x${hex(point, 2)}`;
  return point <= 0xffff ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

function quoteFor(text: string): string {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

/** repr() of a str. */
export function reprString(text: string): string {
  const quote = quoteFor(text);
  return quote + Array.from(text, (character) => escapeCharacter(character, quote)).join('') + quote;
}

/** repr() of bytes, with the leading b. `escapesApostrophe`: also between double quotes, as a bytearray's repr() does. */
export function reprBytes(bytes: Uint8Array, escapesApostrophe = false): string {
  const quote = quoteFor(Buffer.from(bytes).toString('latin1'));
  const parts = Array.from(bytes, (byte) =>
    byte >= 0x7f ? `\\x${hex(byte, 2)}` : escapeCharacter(String.fromCharCode(byte), quote),
  ).map((text) => (escapesApostrophe && text === "'" ? "\\'" : text));
  return `b${quote}${parts.join('')}${quote}`;
}
