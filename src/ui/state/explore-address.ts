// The queries of the explorer in the address: q, q2 … q8.
import type { MetricsSearch } from './address.ts';

export const MAX_QUERIES = 8;
const keys = ['q', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7', 'q8'] as const;

export interface ExploredQuery {
  /** A, B … by its place. */
  readonly letter: string;
  readonly text: string;
  readonly isHidden: boolean;
}

export const letterOf = (place: number): string => String.fromCharCode(65 + place);

export function queriesOf(search: MetricsSearch): ExploredQuery[] {
  const texts = keys.map((key) => search[key]).filter((text) => text !== undefined);
  return texts.map((text, place) => {
    const letter = letterOf(place);
    return { letter, text, isHidden: search.hide?.includes(letter) === true };
  });
}

/** What the address becomes with these queries; empty ones go. */
export function queriesPatch(texts: readonly string[], hidden: readonly boolean[] = []): Partial<MetricsSearch> {
  const kept = texts
    .map((text, place) => ({ text, isHidden: hidden[place] === true }))
    .filter(({ text }) => text.trim() !== '');
  const letters = kept.map(({ isHidden }, place) => (isHidden ? letterOf(place) : '')).join('');
  return {
    ...Object.fromEntries(keys.map((key, place) => [key, kept[place]?.text])),
    hide: letters === '' ? undefined : letters,
  };
}
