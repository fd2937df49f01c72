// The language of the search boxes: words, "phrases", and filters. It is a view of the API's selection, so that everything that
// is looked for stands in one text in the address.
//
//   timeout payment        every word, in any order          service:orders service:gateway   any of these
//   "card declined"        the phrase                        level:error  level:>=warn        levels
//   user_id:42             the field has the value           -user_id:42                      it has not (or is absent)
//   path:*checkout*        contains                          path:~^/v[12]/                   RE2
//   duration:>250          a number is compared              user_id:*  -user_id:*            the field is there, is absent
//   trace:HEX              rows of a trace                   resource:host.name:web-1         a field of the resource
import type { FieldFilter } from '../../api/common.ts';
import type { SeverityGroup } from '../../api/logs.ts';

/** One piece of the text; `text` is how it is written. */
export type QueryTerm =
  | { readonly kind: 'word'; readonly text: string; readonly value: string }
  | { readonly kind: 'phrase'; readonly text: string; readonly value: string }
  | {
      readonly kind: 'filter';
      readonly text: string;
      readonly field: string;
      readonly isNegated: boolean;
      readonly value: string;
      readonly isQuoted: boolean;
    };

/** What of a log selection the text says; the time range is elsewhere. */
export interface QuerySelection {
  readonly service?: string[];
  readonly level?: SeverityGroup[];
  readonly text?: string;
  readonly filters: FieldFilter[];
  readonly traceId?: string;
}

/** A piece that cannot be understood, and why. */
export interface QueryProblem {
  readonly text: string;
  readonly reason: 'negatedWord' | 'unknownLevel' | 'badTrace' | 'notANumber';
}

const levels: readonly SeverityGroup[] = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const LEVEL_ALIASES: Readonly<Record<string, SeverityGroup>> = {
  warning: 'warn',
  critical: 'fatal',
  err: 'error',
  information: 'info',
};
const TERM = /(-?)(?:((?:(?:attribute|resource|stream):)?[A-Za-z_@][\w.@/-]*):(?!\/\/))?("(?:[^"\\]|\\.)*"|\S+)?/y;

const unquote = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, '$1');

/** Splits the text into terms; never fails. */
export function parseQuery(query: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  let at = 0;
  while (at < query.length) {
    if (/\s/.test(query[at] ?? '')) {
      at++;
      continue;
    }
    TERM.lastIndex = at;
    const [text = '', minus = '', field, rest = ''] = TERM.exec(query) ?? [];
    if (text === '') break;
    at += text.length;
    const isQuoted = rest.length > 1 && rest.startsWith('"') && rest.endsWith('"');
    const value = isQuoted ? unquote(rest) : rest;
    if (field !== undefined && rest !== '') {
      terms.push({ kind: 'filter', text, field, isNegated: minus === '-', value, isQuoted });
    } else if (isQuoted && minus === '') terms.push({ kind: 'phrase', text, value });
    else terms.push({ kind: 'word', text, value: text });
  }
  return terms;
}

const COMPARE = { '>=': 'gte', '<=': 'lte', '>': 'gt', '<': 'lt' } as const;

function filterOf(term: QueryTerm & { kind: 'filter' }): FieldFilter | 'notANumber' {
  const { field, value, isNegated, isQuoted } = term;
  if (!isQuoted && value === '*') return { field, op: isNegated ? 'missing' : 'exists' };
  if (isNegated || isQuoted) return { field, op: isNegated ? 'ne' : 'eq', value };
  if (value.startsWith('~')) return { field, op: 'regex', value: value.slice(1) };
  const compare = /^(>=|<=|>|<)(.+)$/.exec(value);
  if (compare !== null) {
    const number = Number(compare[2]);
    if (Number.isNaN(number)) return 'notANumber';
    return { field, op: COMPARE[compare[1] as keyof typeof COMPARE], value: number };
  }
  if (value.length > 2 && value.startsWith('*') && value.endsWith('*')) {
    return { field, op: 'contains', value: value.slice(1, -1) };
  }
  return { field, op: 'eq', value };
}

function levelsOf(value: string): readonly SeverityGroup[] | undefined {
  const [, operator = '', name = ''] = /^(>=|<=|>|<)?(.*)$/.exec(value.toLowerCase()) ?? [];
  const index = levels.indexOf(LEVEL_ALIASES[name] ?? (name as SeverityGroup));
  if (index < 0) return undefined;
  if (operator === '') return levels.slice(index, index + 1);
  if (operator === '>=') return levels.slice(index);
  if (operator === '>') return levels.slice(index + 1);
  return levels.slice(0, operator === '<' ? index : index + 1);
}

/** What the terms ask of the server, and what of them it cannot be asked. */
export function selectionOf(terms: readonly QueryTerm[]): { selection: QuerySelection; problems: QueryProblem[] } {
  const words: string[] = [];
  const services: string[] = [];
  const wanted = new Set<SeverityGroup>();
  const unwanted = new Set<SeverityGroup>();
  const filters: FieldFilter[] = [];
  const problems: QueryProblem[] = [];
  let traceId: string | undefined;
  for (const term of terms) {
    if (term.kind === 'phrase') filters.push({ field: 'body', op: 'contains', value: term.value });
    else if (term.kind === 'word') {
      if (term.text.startsWith('-') && term.text.length > 1) problems.push({ text: term.text, reason: 'negatedWord' });
      else words.push(term.value);
    } else if (term.field === 'service' && !term.isNegated && !/^[*~]/.test(term.value)) services.push(term.value);
    else if (term.field === 'level') {
      const named = levelsOf(term.value);
      if (named === undefined) problems.push({ text: term.text, reason: 'unknownLevel' });
      for (const level of named ?? []) (term.isNegated ? unwanted : wanted).add(level);
    } else if (term.field === 'trace') {
      if (/^[0-9a-f]{32}$/i.test(term.value)) traceId = term.value.toLowerCase();
      else problems.push({ text: term.text, reason: 'badTrace' });
    } else {
      const filter = filterOf(term);
      if (filter === 'notANumber') problems.push({ text: term.text, reason: 'notANumber' });
      else filters.push(filter);
    }
  }
  const base = wanted.size === 0 ? levels : levels.filter((level) => wanted.has(level));
  const level = base.filter((entry) => !unwanted.has(entry));
  const selection: QuerySelection = {
    filters,
    ...(services.length > 0 && { service: services }),
    ...(wanted.size + unwanted.size > 0 && { level }),
    ...(words.length > 0 && { text: words.join(' ') }),
    ...(traceId !== undefined && { traceId }),
  };
  return { selection, problems };
}

/** How a filter is written; the value is quoted where it would be read differently without. */
export function formatFilter(field: string, value: string, isNegated = false): string {
  const isPlain = value !== '' && !/[\s"]/.test(value) && !/^[*~<>]/.test(value) && !value.startsWith('//');
  const written = isPlain ? value : `"${value.replace(/(["\\])/g, String.raw`\$1`)}"`;
  return `${isNegated ? '-' : ''}${field}:${written}`;
}

/** Adds a filter, or takes it away when it stands there already; its opposite goes. */
export function switchFilter(query: string, field: string, value: string, isNegated = false): string {
  const terms = parseQuery(query);
  const isSame = (term: QueryTerm): boolean => term.kind === 'filter' && term.field === field && term.value === value;
  const wasThere = terms.some((term) => isSame(term) && term.kind === 'filter' && term.isNegated === isNegated);
  const kept = terms.filter((term) => !isSame(term)).map((term) => term.text);
  if (!wasThere) kept.push(formatFilter(field, value, isNegated));
  return kept.join(' ');
}

/** The words that a matching body holds, to mark them in it. */
export function wordsOf(terms: readonly QueryTerm[]): string[] {
  return terms.flatMap((term) => (term.kind === 'filter' ? [] : [term.value])).filter((word) => word !== '');
}
