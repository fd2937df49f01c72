// The body of a scrape's frame: what the target answered, and behind it the series that have gone since the scrape before, in the
// text format with canonical labels. Length of the answer (unsigned 32 bit, little-endian), answer, gone series.

const WORD = 4;

export interface ScrapeBody {
  readonly answer: Uint8Array;
  /** Text format; a line for each series that ends here. */
  readonly gone: Uint8Array;
}

/** Answers with room for their length before them. */
const joined = new WeakSet<Uint8Array>();

/** An answer of its parts, laid out so that it becomes a body without being copied. */
export function joinAnswer(parts: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(WORD + size);
  let at = WORD;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  const answer = body.subarray(WORD);
  joined.add(answer);
  return answer;
}

export function encodeScrapeBody({ answer, gone }: ScrapeBody): Uint8Array {
  // Only once: the body is the intake's.
  if (joined.delete(answer) && gone.length === 0) {
    const body = new Uint8Array(answer.buffer);
    new DataView(body.buffer).setUint32(0, answer.length, true);
    return body;
  }
  const body = new Uint8Array(WORD + answer.length + gone.length);
  new DataView(body.buffer).setUint32(0, answer.length, true);
  body.set(answer, WORD);
  body.set(gone, WORD + answer.length);
  return body;
}

/** Undefined when the body is not whole. */
export function readScrapeBody(body: Uint8Array): ScrapeBody | undefined {
  if (body.length < WORD) return undefined;
  const size = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0, true);
  if (WORD + size > body.length) return undefined;
  return { answer: body.subarray(WORD, WORD + size), gone: body.subarray(WORD + size) };
}

const escapeValue = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`);

/** A series as the text format writes it; names of any characters are quoted. */
export function printSeries(flat: readonly string[]): string {
  const parts: string[] = [];
  let metric = '';
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === '__name__') metric = flat[i + 1]!;
    else parts.push(`"${escapeValue(flat[i]!)}"="${escapeValue(flat[i + 1]!)}"`);
  }
  return `{"${escapeValue(metric)}"${parts.map((part) => `,${part}`).join('')}}`;
}
