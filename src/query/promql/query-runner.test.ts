import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { MemorySeriesSource } from './memory-series-source.ts';
import { LocalQueryRunner, type QueryRunner } from './query-runner.ts';
import { readQuery, type ParsedQuery } from './query.ts';

function parsed(text: string): ParsedQuery {
  const query = readQuery(text);
  if (!query.ok) throw query.error;
  return query.value;
}

test('a runner beside the samples answers at one time and over a range', async () => {
  const source = new MemorySeriesSource();
  source.append(Labels.from({ __name__: 'up' }), [
    { timeMs: 1000, value: 1 },
    { timeMs: 2000, value: 0 },
  ]);
  const runner: QueryRunner = new LocalQueryRunner(source);
  const instant = await runner.instant(parsed('up'), 1500);
  expect(instant.ok && instant.value.data).toMatchObject({ type: 'vector', series: [{ values: Float64Array.of(1) }] });
  const range = await runner.range(parsed('up'), 1000, 2000, 1000);
  expect(range.ok && range.value.data).toMatchObject({ type: 'matrix', series: [{ values: Float64Array.of(1, 0) }] });
});

test('what is wrong with a query is a value', async () => {
  const runner = new LocalQueryRunner(new MemorySeriesSource());
  const answer = await runner.range(parsed('up[5m]'), 0, 1000, 1000);
  expect(answer.ok ? '' : answer.error.message).toContain('invalid expression type "range vector"');
});
