// Template text to pieces: plain text, and actions as words. https://pkg.go.dev/text/template
import { TemplateError } from './value.ts';

/** A word of an action. `field` is `.Name` without the dot; `space` marks what stands apart from the word before. */
export interface Word {
  readonly kind: 'field' | 'dot' | 'variable' | 'word' | 'string' | 'char' | 'number' | 'sign';
  readonly text: string;
  readonly afterSpace: boolean;
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly words: readonly Word[]; readonly line: number };

const WORD =
  /(\s+)|("(?:[^"\\\n]|\\.)*"|`[^`]*`)|('(?:[^'\\]|\\.)+')|(\$[\p{L}\p{Nd}_]*)|\.([\p{L}_][\p{L}\p{Nd}_]*)|([+-]?(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(\.)|([\p{L}_][\p{L}\p{Nd}_]*)|(:=|[=|(),])/uy;

function lexAction(text: string): Word[] {
  const words: Word[] = [];
  const kinds = ['string', 'char', 'variable', 'field', 'number', 'dot', 'word', 'sign'] as const;
  let afterSpace = true;
  WORD.lastIndex = 0;
  while (WORD.lastIndex < text.length) {
    const at = WORD.lastIndex;
    const match = WORD.exec(text);
    if (match === null)
      throw new TemplateError(
        `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} in an action`,
      );
    if (match[1] !== undefined) {
      afterSpace = true;
      continue;
    }
    kinds.forEach((kind, index) => {
      const found = match[index + 2];
      if (found !== undefined) words.push({ kind, text: found, afterSpace });
    });
    afterSpace = false;
  }
  return words;
}

/** Where the action that begins at `start` ends: quotes may hold the closing braces. */
function findEnd(text: string, start: number): number {
  const part = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+'|\}\}|[^]/gy;
  part.lastIndex = start;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) if (match[0] === '}}') return match.index;
  throw new TemplateError('unclosed action');
}

/** Splits a template; `{{-` and `-}}` take the space beside them away. */
export function lexTemplate(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    let plain = text.slice(at, open === -1 ? text.length : open);
    if (trimsNext) plain = plain.replace(/^[ \t\r\n]+/, '');
    const trimsBefore = open !== -1 && /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
    if (trimsBefore) plain = plain.replace(/[ \t\r\n]+$/, '');
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    if (open === -1) return pieces;
    const start = open + (trimsBefore ? 3 : 2);
    const line = text.slice(0, open).split('\n').length;
    const comment = /^\s*\/\*[^]*?\*\/\s*(-?)\}\}/.exec(text.slice(start));
    if (comment !== null) {
      trimsNext = comment[1] === '-';
      at = start + comment[0].length;
      continue;
    }
    const close = findEnd(text, start);
    trimsNext = /[ \t\r\n]-$/.test(text.slice(start, close));
    const inner = text.slice(start, trimsNext ? close - 1 : close);
    pieces.push({ kind: 'action', words: lexAction(inner), line });
    at = close + 2;
  }
}
