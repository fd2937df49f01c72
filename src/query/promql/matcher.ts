// Label matchers. Expressions are RE2, anchored at both ends, and "." matches a line break too.
// Most expressions that people write are a literal, a list of literals or a prefix; those never reach the regex engine.
import { RE2JS } from 're2js';
import { err, ok, type Result } from '../../base/result.ts';
import type { Labels } from '../../model/labels.ts';
import { quoteString } from './string-literal.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

const MAX_LITERALS = 10_000;

/** What is known of the values that an expression matches, for whoever looks series up by an index. */
export interface RegexShape {
  /** Exactly these values match. */
  readonly literals?: readonly string[];
  /** Every matching value begins so. */
  readonly prefix?: string;
}

const PLAIN = /^[^\\^$.|?*+()[\]{}]*$/;

function unescapeLiteral(pattern: string): string | undefined {
  if (PLAIN.test(pattern)) return pattern;
  if (!/^(?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9])*$/.test(pattern)) return undefined;
  return pattern.replace(/\\(.)/gs, '$1');
}

/** What the shape of `pattern` says about the values; an empty object when nothing. */
export function describeRegex(pattern: string): RegexShape {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  if (!inner.includes('\\|') && !/[()[\]{}]/.test(inner)) {
    const parts = inner.split('|').map(unescapeLiteral);
    if (parts.length <= MAX_LITERALS && parts.every((part) => part !== undefined)) return { literals: parts };
  }
  const prefix = /^(?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9])*/.exec(pattern)?.[0] ?? '';
  if (pattern.includes('|')) return {};
  // A quantifier takes the last character back.
  const next = pattern[prefix.length];
  const kept =
    next === '?' || next === '*' || next === '{' || next === '+' ? prefix.replace(/(?:\\.|[^\\])$/su, '') : prefix;
  const literal = unescapeLiteral(kept) ?? '';
  return literal === '' ? {} : { prefix: literal };
}

function compileTest(pattern: string): Result<(value: string) => boolean, string> {
  const { literals, prefix } = describeRegex(pattern);
  if (literals !== undefined) {
    if (literals.length === 1) return ok((value) => value === literals[0]);
    const set = new Set(literals);
    return ok((value) => set.has(value));
  }
  if (pattern === '.*') return ok(() => true);
  if (pattern === '.+') return ok((value) => value !== '');
  const rest = prefix === undefined ? pattern : pattern.slice(pattern.length - 2);
  if (prefix !== undefined && PLAIN.test(pattern.slice(0, -2)) && pattern.length === prefix.length + 2) {
    if (rest === '.*') return ok((value) => value.startsWith(prefix));
    if (rest === '.+') return ok((value) => value.length > prefix.length && value.startsWith(prefix));
  }
  const contained = /^\.\*([^\\^$.|?*+()[\]{}]+)\.\*$/.exec(pattern)?.[1];
  if (contained !== undefined) return ok((value) => value.includes(contained));
  try {
    const regex = RE2JS.compile(`^(?s:${pattern})$`);
    return ok((value) => (prefix === undefined || value.startsWith(prefix)) && regex.test(value));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err(message.replace(`\`^(?s:${pattern})$\``, `\`${pattern}\``));
  }
}

/** One condition on a label. An absent label has the empty value. */
export class Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly #test: (value: string) => boolean;
  #text: string | undefined;

  private constructor(name: string, operator: MatchOperator, value: string, test: (value: string) => boolean) {
    this.name = name;
    this.operator = operator;
    this.value = value;
    this.#test = test;
  }

  static make(name: string, operator: MatchOperator, value: string): Result<Matcher, string> {
    if (operator === '=') return ok(new Matcher(name, operator, value, (text) => text === value));
    if (operator === '!=') return ok(new Matcher(name, operator, value, (text) => text !== value));
    const compiled = compileTest(value);
    if (!compiled.ok) return compiled;
    const test = compiled.value;
    return ok(new Matcher(name, operator, value, operator === '=~' ? test : (text) => !test(text)));
  }

  static equal(name: string, value: string): Matcher {
    return new Matcher(name, '=', value, (text) => text === value);
  }

  matches(value: string): boolean {
    return this.#test(value);
  }

  /** As in a query: `name="value"`. */
  toString(): string {
    this.#text ??= this.#print();
    return this.#text;
  }

  #print(): string {
    const isPlain = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(this.name);
    return `${isPlain ? this.name : quoteString(this.name)}${this.operator}${quoteString(this.value)}`;
  }
}

/** All of `matchers` hold for `labels`. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}
