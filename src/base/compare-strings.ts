// UTF-16 code units sort differently from UTF-8 bytes only where a surrogate meets U+E000–U+FFFF.

const FIRST_SURROGATE = 0xd800;
const FIRST_ABOVE_SURROGATES = 0xe000;

function rank(unit: number): number {
  if (unit < FIRST_SURROGATE) return unit;
  return unit < FIRST_ABOVE_SURROGATES ? unit + 0x10000 : unit;
}

/** Orders two strings as the bytes of their UTF-8 forms are ordered: negative, zero or positive. */
export function compareStrings(left: string, right: string): number {
  // Names and values of labels are the same string more often than not.
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}
