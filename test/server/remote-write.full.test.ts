// A real Prometheus scrapes itself and writes to a server of ours: both then know the same.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';

let prometheus: ChildProcess | undefined;
let holter: HolterServer | undefined;
const folder = mkdtempSync(join(tmpdir(), 'holter-remote-write-'));

afterAll(async () => {
  prometheus?.kill('SIGKILL');
  await holter?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** `data` of the answer; undefined while the server is not there. */
async function ask(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`).catch(
    () => undefined,
  );
  return answer === undefined ? undefined : ((await answer.json()) as { data: unknown }).data;
}

test('what a real Prometheus writes can be asked as there', { timeout: 60_000 }, async (context) => {
  const program = need(context, 'prometheus');
  holter = await startServer();
  const port = await freePort();
  const theirs = `http://127.0.0.1:${port}`;
  // A second try begins with a server, a Prometheus and a folder of its own.
  prometheus?.kill('SIGKILL');
  const home = mkdtempSync(join(folder, 'try-'));
  const config = join(home, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 500ms }
scrape_configs: [{ job_name: self, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
remote_write:
  - url: ${holter.url}/api/v1/write
    queue_config: { batch_send_deadline: 200ms }
    metadata_config: { send_interval: 1s }
`,
  );
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(home, 'data')}`];
  prometheus = spawn(program, [...flags, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ours = holter.url;
  // Three scrapes and what was written of them.
  await expect
    .poll(() => ask(ours, 'query', { query: 'count_over_time(up{job="self"}[1m]) >= 4' }), { timeout: 30_000 })
    .toMatchObject({ result: [{}] });
  const time = String(Math.ceil(Date.now() / 1000));
  const series = async (url: string, query: string): Promise<string[]> => {
    const { result } = (await ask(url, 'query', { query, time })) as { result: object[] };
    return result.map((one) => JSON.stringify(one)).toSorted();
  };
  // A scrape begun before this moment is in Prometheus' own storage two seconds after it.
  await sleep(Number(time) * 1000 + 2000 - Date.now());
  for (const query of ['count({job="self"})', '{__name__=~"up|go_goroutines|process_.+",job="self"}']) {
    const expected = await series(theirs, query);
    expect(expected.length).toBeGreaterThan(0);
    await expect.poll(() => series(ours, query), { timeout: 20_000 }).toEqual(expected);
  }
  const metric = 'prometheus_http_requests_total';
  await expect
    .poll(() => ask(ours, 'metadata', { metric }), { timeout: 20_000 })
    .toEqual({ [metric]: [{ type: 'counter', help: 'Counter of HTTP requests.', unit: '' }] });
});
