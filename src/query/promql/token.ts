// The words of the language.

/** What a token is; keywords and operators are their own kind. */
export type TokenKind =
  | 'identifier'
  | 'metric identifier'
  | 'number'
  | 'duration'
  | 'string'
  | 'end'
  | 'error'
  | 'operator'
  | 'aggregation'
  | 'keyword'
  | 'preprocessor'
  | 'punctuation';

/** One word of a query. `word` is in lower case for everything but identifiers, numbers and strings. */
export interface Token {
  readonly kind: TokenKind;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export const aggregationWords: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

const keywordWords: readonly string[] = [
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'fill_left',
  'fill_right',
  'bool',
];

const preprocessorWords: readonly string[] = ['start', 'end', 'step', 'range', 'max_of', 'min_of'];

/** Words that are more than an identifier, whatever their case. */
export const reservedWords: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...['and', 'or', 'unless', 'atan2'].map((word) => [word, 'operator'] as const),
  ...[...aggregationWords].map((word) => [word, 'aggregation'] as const),
  ...keywordWords.map((word) => [word, 'keyword'] as const),
  ...preprocessorWords.map((word) => [word, 'preprocessor'] as const),
  ['inf', 'number'],
  ['nan', 'number'],
]);

/** The token as error messages name it. */
export function describeToken(token: Token): string {
  if (token.kind === 'end') return 'end of input';
  if (token.kind === 'operator' || token.word === '@') return `<op:${token.word}>`;
  if (token.kind === 'aggregation') return `<aggr:${token.word}>`;
  if (token.kind === 'keyword') return `<${token.word}>`;
  if (token.kind === 'punctuation' || token.kind === 'preprocessor') return JSON.stringify(token.word);
  const isName = token.kind === 'identifier' || token.kind === 'metric identifier';
  const text =
    !isName && token.word.length > 10 ? `${JSON.stringify(token.word.slice(0, 10))}...` : JSON.stringify(token.word);
  return `${token.kind} ${text}`;
}
