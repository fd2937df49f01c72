// The words of a text as the text index of the engine knows them (its tokenizer asciiCJK: Unicode word boundaries for ASCII, every
// other character a word of its own), so that a live tail finds what a search finds. Checked against the engine in the tests.

const WORD = /(?:[A-Za-z0-9_]|(?<=[A-Za-z])[:.'](?=[A-Za-z])|(?<=[0-9])[.'](?=[0-9]))+|\P{ASCII}/gu;
const ONLY_CONNECTORS = /^_+$/;

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase());
}

/** Words of `text`, ASCII letters in lower case. */
export function splitWords(text: string): string[] {
  return (lowerAscii(text).match(WORD) ?? []).filter((word) => !ONLY_CONNECTORS.test(word));
}

/** A test whether a body has every word of `text`, and its runs beyond ASCII in sequence. */
export function compileWords(text: string): (body: string) => boolean {
  const words = [...new Set(splitWords(text))];
  const runs = (text.match(/\P{ASCII}{2,}/gu) ?? []).map((run) => run.toLowerCase());
  if (words.length === 0) return (body) => body.toLowerCase().includes(text.toLowerCase());
  return (body) => {
    const lower = body.toLowerCase();
    // Most bodies fail here, without being split.
    if (!words.every((word) => lower.includes(word.toLowerCase())) || !runs.every((run) => lower.includes(run)))
      return false;
    const found = new Set(splitWords(body));
    return words.every((word) => found.has(word));
  };
}
