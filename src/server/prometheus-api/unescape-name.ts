// Names that are no plain identifiers stand in paths as U__…: _XX_ is the character with that code, __ an underscore
// (prometheus/common 0.71, model/metric.go).
const PREFIX = 'U__';
const MAX_CODE = 0x10_ff_ff;

/** The name that `text` stands for; what is not escaped, or not well, stays as it is. */
export function unescapeName(text: string): string {
  if (!text.startsWith(PREFIX)) return text;
  let isGood = true;
  const name = text.slice(PREFIX.length).replaceAll(/_(?:(_)|([0-9a-fA-F]{1,6})_|)/g, (_, underscore, hex) => {
    if (underscore !== undefined) return '_';
    const code = hex === undefined ? NaN : Number.parseInt(String(hex), 16);
    if (!(code <= MAX_CODE) || (code >= 0xd8_00 && code <= 0xdf_ff)) {
      isGood = false;
      return '';
    }
    return String.fromCodePoint(code);
  });
  return isGood ? name : text;
}
