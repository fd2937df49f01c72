// Query text to tokens. Inside braces words are identifiers only; inside brackets only durations and their arithmetic may stand.
// An error is the last token: `kind` "error", `word` the message.
import { reservedWords, type Token, type TokenKind } from './token.ts';

const durationWords: ReadonlySet<string> = new Set(['step', 'range', 'max_of', 'min_of']);
const DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';

const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\n' || char === '\r';
const isDigit = (char: string): boolean => char >= '0' && char <= '9' && char.length === 1;
const isAlpha = (char: string): boolean =>
  char.length === 1 && ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_');
const isWordChar = (char: string): boolean => isAlpha(char) || isDigit(char);
const quoteChar = (char: string): string => `'${char === "'" ? "\\'" : JSON.stringify(char).slice(1, -1)}'`;

/** `U+0071 'q'`, as Go shows a character in an error. */
const describeChar = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`;

class Lexer {
  readonly #text: string;
  readonly tokens: Token[] = [];
  #at = 0;
  #start = 0;
  #parentheses = 0;
  #inBraces = false;
  #inBrackets = false;
  /** Still before the first number inside brackets, where words are judged more strictly. */
  #inDuration = false;
  #hasColon = false;
  #hasDuration = false;

  constructor(text: string) {
    this.#text = text;
  }

  get #char(): string {
    const char = this.#text[this.#at] ?? '';
    // Half of a character that UTF-16 writes in two.
    return char < '\ud800' ? char : String.fromCodePoint(this.#text.codePointAt(this.#at)!);
  }

  run(): Token[] {
    let isGood = true;
    while (isGood && this.tokens.at(-1)?.kind !== 'end') {
      this.#start = this.#at;
      if (isSpace(this.#char)) this.#at++;
      else if (this.#char === '#' && !this.#inDuration) this.#comment();
      else if (this.#inBraces) isGood = this.#insideBraces();
      else if (this.#inDuration) isGood = this.#insideDuration();
      else isGood = this.#statement();
    }
    return this.tokens;
  }

  #emit(kind: TokenKind, length: number): true {
    this.#at = this.#start + length;
    const text = this.#text.slice(this.#start, this.#at);
    const isVerbatim =
      kind === 'identifier' ||
      kind === 'metric identifier' ||
      kind === 'number' ||
      kind === 'string' ||
      kind === 'duration';
    this.tokens.push({ kind, word: isVerbatim ? text : text.toLowerCase(), start: this.#start, end: this.#at });
    return true;
  }

  #fail(message: string): false {
    this.tokens.push({ kind: 'error', word: message, start: this.#start, end: this.#text.length });
    return false;
  }

  #comment(): void {
    const end = this.#text.slice(this.#at).search(/[\r\n]/);
    this.#at = end === -1 ? this.#text.length : this.#at + end;
  }

  #statement(): boolean {
    const char = this.#char;
    const next = this.#text[this.#at + 1] ?? '';
    if (char === '') {
      if (this.#parentheses !== 0) return this.#fail('unclosed left parenthesis');
      if (this.#inBrackets) return this.#fail('unclosed left bracket');
      return this.#emit('end', 0);
    }
    if (char === ',' || char === '@') return this.#emit('punctuation', 1);
    if ('*/%+-^'.includes(char)) return this.#emit('operator', 1);
    if (char === '=') {
      if (next === '=') return this.#emit('operator', 2);
      if (next === '~') return this.#fail("unexpected character after '=': '~'");
      return this.#emit('punctuation', 1);
    }
    if (char === '!')
      return next === '='
        ? this.#emit('operator', 2)
        : this.#fail(`unexpected character after '!': ${next === '' ? 'end of input' : quoteChar(next)}`);
    if (char === '<' || char === '>') return this.#emit('operator', next === '=' || next === '/' ? 2 : 1);
    if (isDigit(char) || (char === '.' && isDigit(next))) return this.#number();
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    if (isAlpha(char) || char === ':') return this.#inBrackets ? this.#wordInBrackets(char) : this.#word();
    return this.#bracket(char);
  }

  #bracket(char: string): boolean {
    if (char === '(') {
      this.#parentheses++;
      return this.#emit('punctuation', 1);
    }
    if (char === ')') {
      if (--this.#parentheses >= 0) return this.#emit('punctuation', 1);
      this.#start++;
      return this.#fail("unexpected right parenthesis ')'");
    }
    if (char === '{') {
      this.#inBraces = true;
      return this.#emit('punctuation', 1);
    }
    if (char === '[') {
      if (this.#inBrackets) return this.#fail("unexpected left bracket '['");
      this.#inBrackets = true;
      this.#inDuration = true;
      this.#hasColon = false;
      this.#hasDuration = false;
      return this.#emit('punctuation', 1);
    }
    if (char === ']') {
      if (!this.#inBrackets) return this.#fail("unexpected right bracket ']'");
      this.#inBrackets = false;
      return this.#emit('punctuation', 1);
    }
    return this.#fail(`unexpected character: ${quoteChar(char)}`);
  }

  #insideBraces(): boolean {
    const char = this.#char;
    const next = this.#text[this.#at + 1] ?? '';
    if (char === '') return this.#fail('unexpected end of input inside braces');
    if (isAlpha(char)) {
      let end = this.#at;
      while (isWordChar(this.#text[end] ?? '')) end++;
      return this.#emit('identifier', end - this.#at);
    }
    if (char === ',') return this.#emit('punctuation', 1);
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    if (char === '=') return this.#emit('operator', next === '~' ? 2 : 1);
    if (char === '!') {
      if (next === '~' || next === '=') return this.#emit('operator', 2);
      return this.#fail(`unexpected character after '!' inside braces: ${quoteChar(next)}`);
    }
    if (char === '}') {
      this.#inBraces = false;
      return this.#emit('punctuation', 1);
    }
    if (char === '{') return this.#fail("unexpected left brace '{'");
    return this.#fail(`unexpected character inside braces: ${quoteChar(char)}`);
  }

  #insideDuration(): boolean {
    const char = this.#char;
    if (char === '') return this.#fail('unexpected end of input in duration expression');
    if (char === ']') {
      this.#inBrackets = false;
      this.#inDuration = false;
      return this.#emit('punctuation', 1);
    }
    if (char === ':') {
      if (!this.#hasDuration) return this.#fail('unexpected colon before duration in duration expression');
      if (this.#hasColon) return this.#fail('unexpected repeated colon in duration expression');
      this.#hasColon = true;
      return this.#emit('punctuation', 1);
    }
    if (char === '(' || char === ')') return this.#bracket(char);
    if ('+-*/%^'.includes(char)) return this.#emit('operator', 1);
    if (char === ',') return this.#emit('punctuation', 1);
    if (isDigit(char) || (char === '.' && isDigit(this.#text[this.#at + 1] ?? ''))) {
      this.#hasDuration = true;
      this.#inDuration = false;
      return this.#number();
    }
    return this.#durationWord() || this.#fail(`unexpected character in duration expression: ${quoteChar(char)}`);
  }

  #durationWord(): boolean {
    let end = this.#at;
    while (isAlpha(this.#text[end] ?? '')) end++;
    if (!durationWords.has(this.#text.slice(this.#at, end).toLowerCase())) return false;
    return this.#emit('preprocessor', end - this.#at);
  }

  #wordInBrackets(char: string): boolean {
    if (char === ':') {
      if (this.#hasColon) return this.#fail("unexpected colon ':'");
      this.#hasColon = true;
      return this.#emit('punctuation', 1);
    }
    return this.#durationWord() || this.#fail(`unexpected character: ${quoteChar(char)}, expected ':'`);
  }

  #word(): boolean {
    let end = this.#at;
    while (isWordChar(this.#text[end] ?? '') || this.#text[end] === ':') end++;
    const word = this.#text.slice(this.#at, end);
    const kind = reservedWords.get(word.toLowerCase());
    // These three came late to the language: as names of metrics they must go on working.
    const isLateWord = /^fill(_left|_right)?$/i.test(word);
    if (kind !== undefined && !(isLateWord && !/^[ \t\r\n]*\(/.test(this.#text.slice(end))))
      return this.#emit(kind, end - this.#at);
    return this.#emit(word.includes(':') ? 'metric identifier' : 'identifier', end - this.#at);
  }

  #number(): boolean {
    if (this.#scanNumber()) return this.#emit('number', this.#at - this.#start);
    if (this.#scanDuration()) return this.#emit('duration', this.#at - this.#start);
    return this.#fail(`bad number or duration syntax: ${JSON.stringify(this.#text.slice(this.#start, this.#at))}`);
  }

  #is(set: string): boolean {
    const char = this.#text[this.#at];
    return char !== undefined && set.includes(char);
  }

  #accept(set: string): boolean {
    if (!this.#is(set)) return false;
    this.#at++;
    return true;
  }

  /** Leaves `#at` where the number cannot go on, for a duration to take over. */
  #scanNumber(): boolean {
    let digits = DIGITS;
    if (this.#accept('0') && this.#accept('xX')) {
      this.#accept('_');
      digits = HEX_DIGITS;
    }
    const isHex = digits === HEX_DIGITS;
    let hasDot = false;
    let hasExponent = false;
    if (this.#accept('.')) hasDot = true;
    while (this.#is(`${digits}._eE`)) {
      if (this.#accept(digits)) continue;
      if (this.#is('.')) {
        this.#at++;
        if (hasDot || isHex) return false;
        hasDot = true;
        if (this.#accept('_.')) return false;
      } else if (this.#is('eE')) {
        if (hasExponent) return false;
        this.#at++;
        hasExponent = true;
        this.#accept('+-');
        if (this.#accept('._eE') || this.#at >= this.#text.length) return false;
      } else {
        this.#at++;
        if (this.#accept('._eE') || this.#at >= this.#text.length) return false;
      }
    }
    return this.#at > this.#start && !isWordChar(this.#text[this.#at] ?? '');
  }

  #scanDuration(): boolean {
    if (!this.#accept('smhdwy')) return false;
    this.#accept('s');
    while (this.#accept(DIGITS)) {
      while (this.#accept(DIGITS));
      if (!this.#accept('smhdw')) return false;
      this.#accept('s');
    }
    return !isWordChar(this.#text[this.#at] ?? '');
  }

  #string(quote: string): boolean {
    const text = this.#text;
    for (let i = this.#at + 1; i < text.length; i++) {
      const char = text[i];
      if (char === quote) return this.#emit('string', i + 1 - this.#start);
      if (quote === '`') continue;
      if (char === '\n') break;
      if (char !== '\\') continue;
      const problem = this.#escape(i + 1, quote);
      if (problem !== undefined) return this.#fail(problem);
      i++;
    }
    return this.#fail(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
  }

  #escape(at: number, quote: string): string | undefined {
    const char = this.#text[at];
    if (char === undefined) return 'escape sequence not terminated';
    if ('abfnrtv\\'.includes(char) || char === quote) return undefined;
    const form = { x: 2, u: 4, U: 8 }[char];
    const isOctal = char >= '0' && char <= '7';
    if (form === undefined && !isOctal) return `unknown escape sequence ${describeChar(char)}`;
    const first = isOctal ? at : at + 1;
    const digits = this.#text.slice(first, first + (form ?? 3));
    if (digits.length < (form ?? 3)) return 'escape sequence not terminated';
    const wrong = (isOctal ? /[^0-7]/ : /[^0-9a-fA-F]/).exec(digits)?.[0];
    if (wrong !== undefined) return `illegal character ${describeChar(wrong)} in escape sequence`;
    const code = Number.parseInt(digits, isOctal ? 8 : 16);
    const max = form === undefined || form === 2 ? 255 : 0x10ffff;
    return code > max || (code >= 0xd800 && code < 0xe000)
      ? 'escape sequence is an invalid Unicode code point'
      : undefined;
  }
}

/** All tokens of `text`; the last is of kind "end" or "error". */
export function lexQuery(text: string): Token[] {
  return new Lexer(text).run();
}
