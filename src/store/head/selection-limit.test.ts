import { expect, test } from 'vitest';
import { EngineSeriesSource } from '../engine-series-source.ts';
import { evaluate } from '../evaluate.ts';
import { HeadSeriesSource } from './head-series-source.ts';
import { HotHead } from './hot-head.ts';
import { SelectionLimit } from './selection-limit.ts';

const noTables = new EngineSeriesSource(
  { run: () => Promise.reject(new Error('the tables were asked')) },
  { milliseconds: 1000, samples: 1000 },
);

test('a query that selects too many series is refused, and what queries selected is given back when they end', async () => {
  const head = new HotHead(1000, new SelectionLimit(3));
  head.indexed(-Infinity);
  head.loaded(-Infinity);
  for (let series = 0; series < 4; series++) {
    const pair = (name: string, value: string): number => {
      const bytes = new TextEncoder().encode(value);
      return head.index.pairs.enter(head.index.pairs.nameId(name), bytes, 0, bytes.length);
    };
    head.index.add(series, 1, [pair('__name__', series === 3 ? 'other' : 'up'), pair('n', String(series))]);
    head.chunks.append(series, 1000, 0, 0);
  }
  const ask = async (query: string): Promise<unknown> => {
    const args = { query, startMs: 1000, endMs: 1000, stepMs: 0, engine: {}, trace: false };
    const [answer] = await evaluate(
      args,
      () => new HeadSeriesSource(head, noTables, 1000),
      new AbortController().signal,
    );
    return 'failure' in answer ? answer.failure : answer.result.statistics.selections[0]?.series;
  };
  expect(await ask('up')).toBe(3);
  expect(await ask('{n!=""}')).toEqual({
    kind: 'execution',
    message:
      'the query selects 4 series, which with 0 that are selected already is more than 3: narrow its matchers, or ask again later',
  });
  expect(await ask('up + up')).toMatchObject({
    message:
      'the query selects 3 series, which with 3 that are selected already is more than 3: narrow its matchers, or ask again later',
  });
  expect(await ask('up')).toBe(3);
});
