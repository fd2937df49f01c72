/** The same text in memory of its own: a slice keeps the whole text alive that it was cut from. */
export function ownText(text: string): string {
  return [text.slice(0, 1), text.slice(1)].join('');
}
