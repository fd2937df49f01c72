import { expect, test } from 'vitest';
import { encodeScrapeBody, joinAnswer, readScrapeBody } from './scrape-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each(['', 'a 1\n'])('a body is the same however the answer came (gone: "%s")', (text) => {
  const gone = bytes(text);
  const parts = [bytes('x 1\n'), bytes(''), bytes('y{z="文"} 2\n')];
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const answer = joinAnswer(parts, size);
  expect(Buffer.from(answer).equals(Buffer.concat(parts))).toBe(true);
  const body = encodeScrapeBody({ answer, gone });
  expect(body).toEqual(encodeScrapeBody({ answer: Uint8Array.from(answer), gone }));
  expect(readScrapeBody(body)).toEqual({ answer, gone });
  // A second body has bytes of its own.
  expect(encodeScrapeBody({ answer, gone }).buffer).not.toBe(body.buffer);
});
