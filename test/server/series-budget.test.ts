// A metric at its budget in a whole server, over a kill: what it had lives on, what is new is refused, named and counted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerResponse, SourcesResponse } from '../../src/api/sources.ts';
import { encodeSeries, packSnappy } from '../../src/formats/remote-write/encode.case.ts';
import { getApi } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

let dataDir: string;
let server: HolterServer | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holter-budget-'));
});
afterEach(async () => {
  await server?.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<string> {
  server = await startServer({ dataDir, flags: ['--series-budget-of', 'hi.s=3'] });
  const { url } = server;
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics).toContain('holter_series_budget_in_force 1');
  return url;
}

/** Status and text of the answer to one sample a user. */
async function write(url: string, users: readonly string[]): Promise<readonly [number, string]> {
  const series = users.map((user) => ({
    labels: [
      ['__name__', 'hits'],
      ['job', 'api'],
      ['user', user],
    ] as const,
    samples: [{ timeMs: Date.now(), value: 1 }],
  }));
  const body = packSnappy(Uint8Array.from(series.flatMap((one) => encodeSeries(one))));
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
  const answer = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body });
  return [answer.status, await answer.text()];
}

async function usersOf(url: string): Promise<string[]> {
  const query = new URLSearchParams({ query: 'last_over_time(hits[5m])' });
  const answer = await fetch(`${url}/api/v1/query?${query.toString()}`);
  const { data } = (await answer.json()) as { data: { result: { metric: { user: string } }[] } };
  return data.result.map(({ metric }) => metric.user).toSorted();
}

test('a budget holds over a kill', async () => {
  const first = await start();
  expect(await write(first, ['a', 'b', 'c', 'd', 'e'])).toEqual([
    400,
    expect.stringMatching(
      /refused: 2 samples of new series beyond the budget of hits; 3 samples of the request are stored/,
    ),
  ]);
  await server!.kill9();
  const second = await start();
  expect(await write(second, ['c', 'f'])).toEqual([400, expect.stringContaining('refused: 1 samples')]);
  expect(await write(second, ['a', 'b', 'c'])).toEqual([204, '']);
  await expect.poll(() => usersOf(second)).toEqual(['a', 'b', 'c']);
  const { body: sources } = await getApi<SourcesResponse>(second, '/sources');
  expect(sources.budgetBreaches).toMatchObject([{ metric: 'hits', limit: 3, series: 3, refused: 1 }]);
  const { body: ledger } = await getApi<LedgerResponse>(second, '/ledger');
  expect(ledger.difference).toBe(0);
  expect(ledger.sources.find(({ source }) => source === 'remote-write')?.counts).toMatchObject({
    received: 10,
    refused: 3,
  });
  expect(await (await fetch(`${second}/metrics`)).text()).toContain(
    'holter_series_budget_refused_samples_total{metric="hits"} 1',
  );
});
