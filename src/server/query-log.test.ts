import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySeries } from '../../test/support/prometheus-api.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { LocalQueryRunner } from '../query/promql/query-runner.ts';
import { readQuery, type ParsedQuery } from '../query/promql/query.ts';
import { LoggedQueries, QueryLog } from './query-log.ts';

const parse = (text: string): ParsedQuery => {
  const query = readQuery(text);
  if (!query.ok) throw query.error;
  return query.value;
};
const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

test('each query is a line, with what it cost or why it failed', async () => {
  const path = join(temporaryFolder(), 'queries.log');
  const said: string[] = [];
  const say = (text: string): number => said.push(text);
  const log = new QueryLog({ info: say, warn: say, error: say } as never);
  const queries = new LoggedQueries(new LocalQueryRunner(memorySeries(15_000, 'up{job="接口"} 1x40')), log);
  await queries.instant(parse('up'), 0);
  log.use(path);
  await queries.instant(parse('up{job="接口"}'), 600_000);
  await queries.range(parse('rate(up[1m])'), 0, 600_500, 15_000);
  await queries.instant(parse('label_replace(up, "a", "b", "c", "(")'), 600_000);
  await expect.poll(() => existsSync(path) && linesOf(path).length).toBe(3);
  renameSync(path, `${path}.1`);
  log.use(path);
  await queries.instant(parse('1'), 9e15);
  await log.close();
  const line = { time: expect.any(String) as string, level: 'INFO', msg: 'promql query logged' };
  const at = '1970-01-01T00:10:00.000Z';
  expect(linesOf(`${path}.1`)).toEqual([
    {
      ...line,
      params: { query: 'up{job="接口"}', start: at, end: at, step: 0 },
      stats: {
        timings: expect.objectContaining({ execTotalTime: expect.any(Number) as number }) as object,
        samples: { totalQueryableSamples: 1, samplesRead: 1, peakSamples: expect.any(Number) as number },
      },
    },
    {
      ...line,
      params: { query: 'rate(up[1m])', start: '1970-01-01T00:00:00.000Z', end: '1970-01-01T00:10:00.500Z', step: 15 },
      stats: expect.anything() as object,
    },
    {
      ...line,
      params: { query: 'label_replace(up, "a", "b", "c", "(")', start: at, end: at, step: 0 },
      error: 'invalid regular expression in label_replace(): (',
    },
  ]);
  expect(linesOf(path)).toMatchObject([{ params: { query: '1', start: '9000000000000' } }]);
  expect(said).toEqual([]);

  log.use(join(path, 'no folder'));
  await expect.poll(() => said).toEqual([expect.stringContaining('cannot be written') as string]);
  expect((await queries.instant(parse('up'), 600_000)).ok).toBe(true);
});
