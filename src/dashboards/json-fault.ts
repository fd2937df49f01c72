// Where a text stops being JSON: engines say it in words of their own, and often not where. RFC 8259, read with one pattern a token.

const SPACE = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Wanted =
  | 'a value'
  | 'a value or ]'
  | 'a name in quotes or }'
  | 'a name in quotes'
  | ':'
  | ', or ]'
  | ', or }'
  | 'nothing more';

function matchAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** What may come after a value, by what it stands in. */
const after = (inside: string | undefined): Wanted =>
  inside === undefined ? 'nothing more' : inside === '[' ? ', or ]' : ', or }';

/** One token at `offset`: its length and what is wanted then; undefined when it is not what is wanted now. */
function step(text: string, offset: number, wanted: Wanted, stack: string[]): readonly [number, Wanted] | undefined {
  const sign = text[offset] ?? '';
  if (wanted === 'nothing more') return undefined;
  if (wanted === ':') return sign === ':' ? [1, 'a value'] : undefined;
  if ((sign === ']' && wanted.endsWith(']')) || (sign === '}' && wanted.endsWith('}'))) {
    stack.pop();
    return [1, after(stack.at(-1))];
  }
  if (wanted === ', or ]') return sign === ',' ? [1, 'a value'] : undefined;
  if (wanted === ', or }') return sign === ',' ? [1, 'a name in quotes'] : undefined;
  if (wanted.startsWith('a name')) {
    const length = matchAt(STRING, text, offset);
    return length > 0 ? [length, ':'] : undefined;
  }
  if (sign === '[' || sign === '{') {
    stack.push(sign);
    return [1, sign === '[' ? 'a value or ]' : 'a name in quotes or }'];
  }
  const length = matchAt(sign === '"' ? STRING : SCALAR, text, offset);
  return length > 0 ? [length, after(stack.at(-1))] : undefined;
}

/** The sentence that says what was expected, where, and what stands there; for a text that JSON.parse refuses. */
export function findJsonFault(text: string): string {
  const stack: string[] = [];
  let offset = matchAt(SPACE, text, 0);
  let wanted: Wanted = 'a value';
  for (let next = step(text, offset, wanted, stack); next !== undefined; next = step(text, offset, wanted, stack)) {
    offset += next[0];
    offset += matchAt(SPACE, text, offset);
    wanted = next[1];
  }
  const before = text.slice(0, offset).split('\n');
  const rest = text.slice(offset, offset + 20).split('\n')[0] ?? '';
  const got = offset >= text.length ? 'the end' : JSON.stringify(rest);
  return `not JSON: line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: expected ${wanted}, got ${got}`;
}
