import type { ReactNode } from 'react';

/** `text` with every occurrence of `words` marked, whatever the case. */
export function MarkedText({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  if (words.length === 0) return text;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(new RegExp(pattern, 'giu'))) {
    if (match[0] === '') continue;
    pieces.push(text.slice(at, match.index), <mark key={match.index}>{match[0]}</mark>);
    at = match.index + match[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}
