// Floating-point numbers as Go's strconv writes and reads them, because label values, query results and
// exposition formats of the Prometheus family are defined by it.

const EXPONENT_FROM = 6;

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return undefined;
}

/** Shortest decimal digits of a finite number: value = ±0.DIGITS × 10^point. */
function shortestDigits(value: number): { negative: boolean; digits: string; point: number } {
  const negative = value < 0 || Object.is(value, -0);
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  return { negative, digits, point: value === 0 ? 1 : Number(exponent) + 1 };
}

/** Go's `FormatFloat(value, 'f', -1, 64)`: never an exponent. */
export function formatFloatPlain(value: number): string {
  const name = special(value);
  if (name !== undefined) return name;
  const plain = Object.is(value, -0) ? '-0' : String(value);
  if (!plain.includes('e')) return plain;
  const { negative, digits, point } = shortestDigits(value);
  const sign = negative ? '-' : '';
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Go's `FormatFloat(value, 'e', -1, 64)`: always an exponent of at least two digits. */
export function formatFloatExponent(value: number): string {
  const name = special(value);
  if (name !== undefined) return name;
  const { negative, digits, point } = shortestDigits(value);
  const exponent = value === 0 ? 0 : point - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${negative ? '-' : ''}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** Go's `FormatFloat(value, 'g', -1, 64)`, its `%g` and `%v`: an exponent below 1e-4 and from 1e6 on. */
export function formatFloatShortest(value: number): string {
  const name = special(value);
  if (name !== undefined) return name;
  const exponent = value === 0 ? 0 : shortestDigits(value).point - 1;
  return exponent < -4 || exponent >= EXPONENT_FROM ? formatFloatExponent(value) : formatFloatPlain(value);
}

/** The canonical form of `le` and `quantile`: like the shortest form, but a whole number keeps `.0`. */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatFloatShortest(value);
  return /[.eIN]/.test(text) ? text : `${text}.0`;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;
const MAX_FAST_DIGITS = 15;

/**
 * Reads a decimal number, infinity or NaN as Go's `ParseFloat` does, without hexadecimal forms and underscores.
 * `undefined` for anything else and for a number that is too large to represent.
 */
export function parseFloatText(text: string): number | undefined {
  const { length } = text;
  // Fast path: a few plain digits.
  if (length > 0 && length <= MAX_FAST_DIGITS) {
    let value = 0;
    let i = 0;
    for (; i < length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === length) return value;
  }
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (INFINITY.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return text.toLowerCase() === 'nan' ? NaN : undefined;
}
