import { describe, expect, test } from 'vitest';
import { allOptions, stockOptions } from './options.ts';
import { ParsedQueries } from './parsed-queries.ts';
import { readQuery } from './query.ts';

describe('parsed queries', () => {
  test('give what parsing gives, the first time and later', () => {
    const queries = new ParsedQueries(stockOptions);
    for (const text of [
      'up',
      'sum by (job) (rate(x{path=~"/a.*"}[5m]))',
      'up{',
      'limitk(1, up)',
      `up{job="${'x'.repeat(5000)}"}`,
    ])
      for (let round = 0; round < 3; round++)
        expect(JSON.stringify(queries.read(text))).toBe(JSON.stringify(readQuery(text)));
  });

  test('are parsed once, while they are asked for', () => {
    const queries = new ParsedQueries(allOptions);
    const first = queries.read('up');
    for (let other = 0; other < 4000; other++) queries.read(`up + ${other}`);
    expect(queries.read('up')).toBe(first);
    for (let other = 0; other < 5000; other++) queries.read(`down + ${other}`);
    expect(queries.read('up')).not.toBe(first);
  });
});
