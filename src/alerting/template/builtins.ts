// The functions that Go's templates have of their own.
import type { TemplateFunction } from './execute.ts';
import { formatText } from './format.ts';
import { isList, isMap, isTrue, printValue, TemplateError, type TemplateValue } from './value.ts';

const isNumber = (value: TemplateValue): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

function checkComparable(left: TemplateValue, right: TemplateValue): void {
  if (isNumber(left) && typeof left !== typeof right) throw new TemplateError('incompatible types for comparison');
  if (typeof left !== typeof right && left !== undefined && right !== undefined)
    throw new TemplateError('incompatible types for comparison');
  if (isList(left) || isMap(left)) throw new TemplateError('non-comparable type');
}

function isEqual(left: TemplateValue, right: TemplateValue): boolean {
  checkComparable(left, right);
  return left === right;
}

function isLess(left: TemplateValue, right: TemplateValue): boolean {
  checkComparable(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left < right;
  if (isNumber(left) && isNumber(right)) return left < right;
  throw new TemplateError('invalid type for comparison');
}

function lengthOf(value: TemplateValue): bigint {
  if (typeof value === 'string') return BigInt(new TextEncoder().encode(value).length);
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(value.size);
  throw new TemplateError(`len of ${printValue(value)}`);
}

function elementOf(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (isMap(value)) return value.get(typeof key === 'string' ? key : printValue(key)) ?? '';
  if (!isList(value)) throw new TemplateError(`can't index ${printValue(value)}`);
  const index = Number(key);
  if (!Number.isInteger(index) || index < 0 || index >= value.length)
    throw new TemplateError(`index out of range: ${printValue(key)}`);
  return value[index];
}

function sliceOf(value: TemplateValue, from?: TemplateValue, to?: TemplateValue): TemplateValue {
  if (typeof value !== 'string' && !isList(value)) throw new TemplateError(`can't slice ${printValue(value)}`);
  const [start, end] = [Number(from ?? 0), to === undefined ? value.length : Number(to)];
  if (start < 0 || end < start || end > value.length) throw new TemplateError('slice index out of range');
  return value.slice(start, end);
}

/** Spaces between operands when neither is a text. */
function printAll(values: readonly TemplateValue[]): string {
  return values
    .map((value, index) => {
      const before = values[index - 1];
      const spaced = index > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (spaced ? ' ' : '') + printValue(value);
    })
    .join('');
}

const escapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\ufffd',
};
const escapeHtml = (text: string): string => text.replaceAll(/[<>&"'\0]/g, (char) => escapes[char] ?? char);
const escapeScript = (text: string): string =>
  text.replaceAll(/[\\'"<>&=\n\r]/g, (char) => {
    const plain = { '\\': '\\\\', "'": "\\'", '"': '\\"', '\n': '\\u000A', '\r': '\\u000D' }[char];
    return plain ?? `\\u00${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });

/** As Go's `url.QueryEscape`: a space is a plus. */
export const escapeQuery = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export const builtins: readonly (readonly [string, TemplateFunction])[] = [
  ['and', () => undefined],
  ['or', () => undefined],
  ['not', (value) => !isTrue(value)],
  ['eq', (left, ...others) => others.some((right) => isEqual(left, right))],
  ['ne', (left, right) => !isEqual(left, right)],
  ['lt', isLess],
  ['le', (left, right) => isLess(left, right) || isEqual(left, right)],
  ['gt', (left, right) => !isLess(left, right) && !isEqual(left, right)],
  ['ge', (left, right) => !isLess(left, right)],
  ['len', lengthOf],
  ['index', (value, ...keys) => keys.reduce(elementOf, value)],
  ['slice', sliceOf],
  ['print', (...values) => printAll(values)],
  ['println', (...values) => `${values.map(printValue).join(' ')}\n`],
  ['printf', (format, ...values) => formatText(printValue(format), values)],
  ['html', (...values) => escapeHtml(printAll(values))],
  ['js', (...values) => escapeScript(printAll(values))],
  ['urlquery', (...values) => escapeQuery(printAll(values))],
];
