// The chosen values of a dashboard's variables in the address: var-NAME=a,b; a comma inside a value is written \, .
import type { DashboardSearch } from './address.ts';

export const variableKey = (name: string): `var-${string}` => `var-${name}`;

/** Undefined when the address says nothing: then what the file says holds. */
export function readValues(search: DashboardSearch, name: string): readonly string[] | undefined {
  const text = search[variableKey(name)];
  if (text === undefined) return undefined;
  const values = [''];
  for (const [piece, escaped] of text.matchAll(/\\(.)|,|[^\\,]+|\\/gs)) {
    if (piece === ',') values.push('');
    else values.push(`${values.pop() ?? ''}${escaped ?? piece}`);
  }
  return values;
}

export function writeValues(values: readonly string[]): string {
  return values.map((value) => value.replaceAll('\\', String.raw`\\`).replaceAll(',', String.raw`\,`)).join(',');
}
