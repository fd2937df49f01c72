// Walks over tokens and collects errors. The first error ends the parse: `fail` throws a private signal that `parse` catches.
import type { QuerySyntaxError, Range } from './position.ts';
import { describeToken, type Token } from './token.ts';

/** Unwinds the parser; never leaves it. */
export class ParseStop extends Error {}

export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly errors: QuerySyntaxError[] = [];
  #index = 0;
  /** Where the last token ended that may close an expression. */
  lastClosing = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get token(): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw new Error('the token list has no end');
    if (token.kind === 'error') this.stop(token.word, token);
    return token;
  }

  /** The token `distance` ahead, an error token as it is. */
  peek(distance: number): Token | undefined {
    return this.#tokens[this.#index + distance];
  }

  take(): Token {
    const { token } = this;
    this.#index++;
    if (token.kind === 'number' || token.kind === 'duration' || ')]}'.includes(token.word))
      this.lastClosing = token.end;
    return token;
  }

  /** The current token is this punctuation, keyword or operator. */
  isAt(word: string): boolean {
    const { token } = this;
    return token.word === word && token.kind !== 'identifier' && token.kind !== 'string' && token.kind !== 'end';
  }

  tryTake(word: string): boolean {
    if (!this.isAt(word)) return false;
    this.take();
    return true;
  }

  expect(word: string, context = '', expected = ''): Token {
    if (!this.isAt(word)) this.unexpected(context, expected);
    return this.take();
  }

  /** Notes an error and goes on. */
  report(message: string, range: Range): void {
    this.errors.push({ message, range });
  }

  stop(message: string, range: Range): never {
    this.report(message, { start: range.start, end: range.end });
    throw new ParseStop(message);
  }

  unexpected(context = '', expected = ''): never {
    return this.unexpectedToken(this.token, context, expected);
  }

  unexpectedToken(token: Token, context = '', expected = ''): never {
    const where = context === '' ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    return this.stop(`unexpected ${describeToken(token)}${where}${wanted}`, token);
  }
}
