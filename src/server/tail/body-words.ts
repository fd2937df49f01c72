// The words of a text as the text index of the engine knows them (its tokenizer asciiCJK: Unicode word boundaries for ASCII, every
// other character a word of its own; before that `.`, `_` and `:` become spaces), so that a live tail finds what a search finds; a
// test holds the two together.

const PARTING = /[._:]/g;
const WORD = /(?:[A-Za-z0-9]|(?<=[A-Za-z])'(?=[A-Za-z])|(?<=[0-9])'(?=[0-9]))+|\P{ASCII}/gu;
const WIDE_PUNCTUATION = /(?=\P{ASCII})[\p{P}\p{Z}]/gu;
/** Runs beyond ASCII, with what touches them: the index knows their characters, not their sequence. */
const WIDE_RUN = /\w*\P{ASCII}[\w\P{ASCII}]*/gu;

function splitWords(lowerCase: string): string[] {
  return lowerCase.replaceAll(PARTING, ' ').match(WORD) ?? [];
}

export function containsIgnoringCase(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** A test whether a body has every word of `text`, in any order, and its runs beyond ASCII in sequence, whatever the case. */
export function compileWords(text: string): (body: string) => boolean {
  const plain = text.replaceAll(WIDE_PUNCTUATION, ' ');
  if (!/[A-Za-z0-9\P{ASCII}]/u.test(plain)) return (body) => containsIgnoringCase(body, text);
  const words = [...new Set(splitWords(plain.toLowerCase()))];
  const runs = (plain.match(WIDE_RUN) ?? []).map((run) => run.toLowerCase());
  return (body) => {
    const lower = body.toLowerCase();
    // Most bodies fail here, without being split.
    if (![...words, ...runs].every((part) => lower.includes(part))) return false;
    const found = new Set(splitWords(lower));
    return words.every((word) => found.has(word));
  };
}
