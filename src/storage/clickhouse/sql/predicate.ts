// Predicates as conditions. `!=` is the negation of `=`: rows without the field match it.
import { codedError } from '../../../base/coded-error.ts';
import type { Predicate } from '../../ports/plan.ts';
import { storageErrors } from '../driver/engine-errors.ts';
import { printEquals, printExists, printIn, printOrder, printTextCondition, type PrintContext } from './fields.ts';
import { printText } from './literals.ts';

const MAX_DEPTH = 100;

type Printers = {
  readonly [K in Predicate['kind']]: (
    predicate: Extract<Predicate, { kind: K }>,
    context: PrintContext,
    depth: number,
  ) => string;
};

const isAscii = (text: string): boolean => !/\P{ASCII}/u.test(text);

function printContains(haystack: string, needle: string, ignoreCase: boolean): string {
  if (needle === '') return '1';
  const literal = printText(needle);
  if (!ignoreCase) return `position(${haystack}, ${literal}) > 0`;
  return `${isAscii(needle) ? 'positionCaseInsensitive' : 'positionCaseInsensitiveUTF8'}(${haystack}, ${literal}) > 0`;
}

/**
 * Words of a text: runs of ASCII letters and digits, and runs of anything beyond ASCII. The index knows the latter character by
 * character, so that their sequence is checked on top.
 */
function printWords(text: string, { deployment }: PrintContext): string {
  const plain = text.replaceAll(/(?=\P{ASCII})[\p{P}\p{Z}]/gu, ' ');
  if (!/[A-Za-z0-9\P{ASCII}]/u.test(plain)) return printContains('body', text, true);
  const sequences = plain.match(/\w*\P{ASCII}[\w\P{ASCII}]*/gu) ?? [];
  const conditions = sequences.map((run) => printContains('body', run, true));
  if (deployment.withoutTextIndex !== true)
    return [`hasAllTokens(body, ${printText(plain.toLowerCase())})`, ...conditions].join(' AND ');
  const ascii =
    plain
      .replaceAll(/\P{ASCII}+/gu, ' ')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return [...ascii.map((word) => `hasToken(lower(body), ${printText(word)})`), ...conditions].join(' AND ');
}

const printers: Printers = {
  all: ({ of }, context, depth) => (of.length === 0 ? '1' : of.map((one) => print(one, context, depth)).join(' AND ')),
  any: ({ of }, context, depth) => (of.length === 0 ? '0' : of.map((one) => print(one, context, depth)).join(' OR ')),
  not: ({ of }, context, depth) => `NOT ${print(of, context, depth)}`,
  compare: ({ field, op, value }, context) => {
    if (op === '=') return printEquals(field, value, context);
    if (op === '!=') return `NOT (${printEquals(field, value, context)})`;
    return printOrder(field, op, value, context);
  },
  in: ({ field, values }, context) =>
    values.length === 0
      ? '0'
      : (printIn(field, values, context) ??
        values.map((value) => `(${printEquals(field, value, context)})`).join(' OR ')),
  exists: ({ field }, context) => printExists(field, context),
  words: ({ text }, context) => printWords(text, context),
  substring: ({ field, text, ignoreCase }, context) =>
    printTextCondition(field, context, (value) => printContains(value, text, ignoreCase)),
  matches: ({ field, pattern }, context) =>
    printTextCondition(field, context, (value) => `match(${value}, ${printText(pattern)})`),
};

function print(predicate: Predicate, context: PrintContext, depth: number): string {
  if (depth >= MAX_DEPTH)
    throw codedError(storageErrors, 'QUERY_REFUSED', `conditions are nested more than ${MAX_DEPTH} deep`);
  const printer = printers[predicate.kind] as (one: Predicate, context: PrintContext, depth: number) => string;
  return `(${printer(predicate, context, depth + 1)})`;
}

export function printPredicate(predicate: Predicate, context: PrintContext): string {
  return print(predicate, context, 0);
}

/** The trace id that every matching row has, if the predicate says so at its top. */
export function findTraceId(predicate: Predicate): string | undefined {
  if (predicate.kind === 'all') {
    for (const one of predicate.of) {
      const id = findTraceId(one);
      if (id !== undefined) return id;
    }
    return undefined;
  }
  if (predicate.kind !== 'compare' || predicate.op !== '=') return undefined;
  const { field, value } = predicate;
  if (field.kind !== 'column' || field.name !== 'traceId') return undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whether the rows of a trace are asked for without any other condition. */
export function asksOnlyTrace(predicate: Predicate): boolean {
  if (predicate.kind === 'all' && predicate.of.length === 1) return asksOnlyTrace(predicate.of[0]!);
  return predicate.kind === 'compare' && findTraceId(predicate) !== undefined;
}

/** Whether every row must have some words. */
export function hasWords(predicate: Predicate): boolean {
  return predicate.kind === 'all' ? predicate.of.some(hasWords) : predicate.kind === 'words';
}

/** Whether texts are looked into, row by row. */
export function searchesTexts(predicate: Predicate): boolean {
  if (predicate.kind === 'all' || predicate.kind === 'any') return predicate.of.some(searchesTexts);
  if (predicate.kind === 'not') return searchesTexts(predicate.of);
  return predicate.kind === 'words' || predicate.kind === 'substring' || predicate.kind === 'matches';
}
