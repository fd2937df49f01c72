// printf, with the verbs that templates use.
import { formatFloatExponent, formatFloatShortest } from '../../base/float-text.ts';
import { isTrue, printValue, type TemplateValue } from './value.ts';

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? undefined : value > 0 ? '+Inf' : '-Inf';
}

const twoDigitExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

/** `%.Ng`: so many significant digits, no zeros at the end. */
export function formatSignificant(value: number, digits: number): string {
  const name = special(value);
  if (name !== undefined) return name;
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential(Math.max(digits, 1) - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= Math.max(digits, 1)) {
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return twoDigitExponent(`${short}e${power < 0 ? '-' : '+'}${Math.abs(power)}`);
  }
  const plain = value.toPrecision(Math.max(digits, 1));
  return plain.includes('.') && !plain.includes('e') ? plain.replace(/\.?0+$/, '') : String(Number(plain));
}

function formatFloat(value: number, verb: string, precision: number | undefined): string {
  const name = special(value);
  if (name !== undefined) return name;
  if (verb === 'f' || verb === 'F') return value.toFixed(precision ?? 6);
  if (verb === 'e') return twoDigitExponent(value.toExponential(precision ?? 6));
  if (precision !== undefined) return formatSignificant(value, precision);
  return verb === 'g' || verb === 'v' ? formatFloatShortest(value) : formatFloatExponent(value);
}

const wrong = (verb: string, value: TemplateValue): string => {
  const type = typeof value === 'number' ? 'float64' : typeof value === 'bigint' ? 'int' : typeof value;
  return value === undefined ? `%!${verb}(<nil>)` : `%!${verb}(${type}=${printValue(value)})`;
};

function formatOne(value: TemplateValue, verb: string, flags: string, precision: number | undefined): string {
  if (verb === 'v')
    return typeof value === 'number'
      ? formatFloat(value, 'v', precision)
      : value === undefined
        ? '<nil>'
        : printValue(value);
  if (verb === 's' && typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
    const text = value === undefined ? '%!s(<nil>)' : printValue(value);
    return precision === undefined ? text : Array.from(text).slice(0, precision).join('');
  }
  if (verb === 'q' && typeof value === 'string') return JSON.stringify(value);
  if (verb === 't' && typeof value === 'boolean') return String(isTrue(value));
  if ('fFeg'.includes(verb) && typeof value === 'number') return signed(formatFloat(value, verb, precision), flags);
  if (typeof value === 'bigint') {
    const base = { d: 10, x: 16, X: 16, o: 8, b: 2 }[verb];
    if (base !== undefined) {
      const digits = value.toString(base);
      return signed(verb === 'X' ? digits.toUpperCase() : digits, flags);
    }
  }
  if (verb === 'x' && typeof value === 'string')
    return [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return wrong(verb, value);
}

function signed(text: string, flags: string): string {
  if (/^[-+]/.test(text)) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function padTo(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !/^[-+ ]?[\d.]/.test(text)) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

const MAX_WIDTH = 1000;

/** Go's `fmt.Sprintf`. */
export function formatText(template: string, values: readonly TemplateValue[]): string {
  let next = 0;
  const text = template.replaceAll(
    VERB,
    (_match, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (next >= values.length) return `%!${verb}(MISSING)`;
      const digits = precision === undefined ? undefined : Math.min(Number(precision), 100);
      const one = formatOne(values[next++], verb, flags, digits);
      return width === undefined ? one : padTo(one, Math.min(Number(width), MAX_WIDTH), flags);
    },
  );
  const extra = values.slice(next).map((value) => {
    const type = typeof value === 'number' ? 'float64' : typeof value === 'bigint' ? 'int' : typeof value;
    return `${type}=${printValue(value)}`;
  });
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}
