// How the values of a variable are written into a text: ${name:format}. A new one is one line.
import type { VariableOption } from './dashboard.ts';

interface VariableFormat {
  readonly name: string;
  readonly write: (values: readonly string[], variable: string, options: readonly VariableOption[]) => string;
}

const braced = (values: readonly string[], separator: string, around: readonly [string, string]): string =>
  values.length === 1 ? (values[0] ?? '') : `${around[0]}${values.join(separator)}${around[1]}`;
const escapeRegex = (text: string): string => text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
const escapeLucene = (text: string): string => text.replaceAll(/([!*+\-=<>\s&|()[\]{}^~?:\\/"])/g, String.raw`\$1`);
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);

export const variableFormats: readonly VariableFormat[] = [
  { name: 'raw', write: (values) => values.join(',') },
  { name: 'csv', write: (values) => values.join(',') },
  { name: 'pipe', write: (values) => values.join('|') },
  { name: 'glob', write: (values) => braced(values, ',', ['{', '}']) },
  { name: 'regex', write: (values) => braced(values.map(escapeRegex), '|', ['(', ')']) },
  { name: 'json', write: (values) => (values.length === 1 ? JSON.stringify(values[0]) : JSON.stringify(values)) },
  { name: 'distributed', write: (values, variable) => values.join(`,${variable}=`) },
  { name: 'html', write: (values) => escapeHtml(values.join(', ')) },
  {
    name: 'lucene',
    write: (values) =>
      values.length === 1
        ? escapeLucene(values[0] ?? '')
        : `(${values.map((value) => `"${escapeLucene(value)}"`).join(' OR ')})`,
  },
  { name: 'percentencode', write: (values) => encodeURIComponent(braced(values, ',', ['{', '}'])) },
  { name: 'uriencode', write: (values) => encodeURI(braced(values, ',', ['{', '}'])) },
  {
    name: 'queryparam',
    write: (values, variable) =>
      values.map((value) => `var-${encodeURIComponent(variable)}=${encodeURIComponent(value)}`).join('&'),
  },
  {
    name: 'singlequote',
    write: (values) => values.map((value) => `'${value.replaceAll("'", String.raw`\'`)}'`).join(','),
  },
  {
    name: 'doublequote',
    write: (values) => values.map((value) => `"${value.replaceAll('"', String.raw`\"`)}"`).join(','),
  },
  { name: 'sqlstring', write: (values) => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',') },
  {
    name: 'text',
    write: (values, _variable, options) =>
      values.map((value) => options.find((option) => option.value === value)?.text ?? value).join(' + '),
  },
];

/** In a PromQL string, where a backslash begins an escape. */
export function escapeLabelValue(value: string): string {
  return value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`);
}

/** In a regular expression inside a PromQL string: one value as it is, several as an alternation. */
export function alternationOf(values: readonly string[]): string {
  const escaped = values.map((value) =>
    value
      .replaceAll('\\', String.raw`\\\\`)
      .replaceAll(/[$^*{}[\]'+?.()|]/g, String.raw`\\$&`)
      .replaceAll('"', String.raw`\"`),
  );
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
