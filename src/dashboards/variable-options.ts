// The choices of a variable: what its regex and its order make of the texts that were found.
import { ALL_VALUE, type Variable, type VariableOption } from './dashboard.ts';
import { compilePattern } from './mappings.ts';

const firstNumber = (text: string): number => Number(/-?\d+(?:\.\d+)?/.exec(text)?.[0] ?? Number.NaN);

function orderOf(sort: number): ((one: VariableOption, other: VariableOption) => number) | undefined {
  const sign = sort % 2 === 0 ? -1 : 1;
  if (sort === 1 || sort === 2)
    return (one, other) => sign * (one.text < other.text ? -1 : one.text > other.text ? 1 : 0);
  if (sort === 3 || sort === 4) {
    const place = (option: VariableOption): number => {
      const number = firstNumber(option.text);
      return Number.isNaN(number) ? -Infinity : number;
    };
    return (one, other) => sign * (place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : 0);
  }
  if (sort === 5 || sort === 6)
    return (one, other) => sign * one.text.toLowerCase().localeCompare(other.text.toLowerCase());
  if (sort === 7 || sort === 8)
    return (one, other) => sign * one.text.localeCompare(other.text, undefined, { numeric: true });
  return undefined;
}

/** A regex with named groups `text` and `value` gives both; with one group, that group; else it only filters. */
function applyRegex(texts: readonly string[], regex: string): VariableOption[] {
  const pattern = regex === '' ? undefined : compilePattern(regex);
  if (pattern === undefined) return texts.map((text) => ({ text, value: text }));
  return texts.flatMap((text) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    const { text: shown, value } = match.groups ?? {};
    if (shown !== undefined || value !== undefined)
      return [{ text: shown ?? value ?? '', value: value ?? shown ?? '' }];
    const taken = match[1] ?? match[0];
    return [{ text: taken, value: taken }];
  });
}

/** The choices from the texts that a query found: filtered, without doubles, in order. */
export function optionsFrom(texts: readonly string[], regex: string, sort: number): VariableOption[] {
  const unique = [...new Map(applyRegex(texts, regex).map((option) => [option.value, option])).values()];
  const order = orderOf(sort);
  return order === undefined ? unique : unique.toSorted(order);
}

/** A custom variable's "a, b, shown : value"; commas inside are written \, . */
export function readCustomOptions(query: string): VariableOption[] {
  return query
    .split(/(?<!\\),/)
    .map((piece) => piece.trim().replaceAll(String.raw`\,`, ','))
    .filter((piece) => piece !== '')
    .map((piece) => {
      const pair = /^(.+?)\s:\s(.+)$/s.exec(piece);
      return pair === null
        ? { text: piece, value: piece }
        : { text: pair[1]?.trim() ?? '', value: pair[2]?.trim() ?? '' };
    });
}

/**
 * The values that hold, from those wished for (the address, else the file): those that can be chosen; when none can, all of them or the
 * first. A text box takes anything.
 */
export function chosenValues(
  variable: Pick<Variable, 'kind' | 'isMulti' | 'includesAll' | 'options'>,
  options: readonly VariableOption[],
  wished: readonly string[],
): readonly string[] {
  if (variable.kind === 'textbox' || variable.kind === 'constant') return wished.slice(0, 1);
  if (wished.includes(ALL_VALUE) && variable.includesAll) return [ALL_VALUE];
  const possible = wished.filter((value) => options.some((option) => option.value === value));
  if (possible.length > 0) return variable.isMulti ? possible : possible.slice(0, 1);
  const first = options[0];
  if (variable.includesAll) return [ALL_VALUE];
  return first === undefined ? [] : [first.value];
}
