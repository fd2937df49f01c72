// A real Prometheus scrapes itself and writes to a server of ours: both then know the same.
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/holter-server.ts';
import { need } from '../support/need.ts';
import { answersAt, startOnFreePort } from '../support/start-on-free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `data` of the answer; undefined while the server is not there. */
async function ask(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`).catch(
    () => undefined,
  );
  return answer === undefined ? undefined : ((await answer.json()) as { data: unknown }).data;
}

test('what a real Prometheus writes can be asked as there', async (context) => {
  const program = need(context, 'prometheus');
  const holter = await startServer();
  onTestFinished(() => holter.remove());
  const home = temporaryFolder();
  const start = (port: number): ChildProcess => {
    const config = join(home, `${port}.yml`);
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
    const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(home, String(port))}`];
    return spawn(program, [...flags, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  };
  const prometheus = await startOnFreePort(start, answersAt('/-/ready'));
  onTestFinished(() => prometheus.stop());
  const theirs = `http://127.0.0.1:${prometheus.port}`;
  const ours = holter.url;
  // Three scrapes and what was written of them.
  await expect
    .poll(() => ask(ours, 'query', { query: 'count_over_time(up{job="self"}[1m]) >= 4' }))
    .toMatchObject({ result: [{}] });
  const time = String(Math.ceil(Date.now() / 1000));
  const series = async (url: string, query: string): Promise<string[]> => {
    const { result } = (await ask(url, 'query', { query, time })) as { result: object[] };
    return result.map((one) => JSON.stringify(one)).toSorted();
  };
  await sleep(Number(time) * 1000 - Date.now());
  for (const query of ['count({job="self"})', '{__name__=~"up|go_goroutines|process_.+",job="self"}']) {
    // A scrape that began before that moment is in Prometheus' own storage a little later.
    const compare = async (): Promise<object> => {
      const [expected, own] = [await series(theirs, query), await series(ours, query)];
      expect(expected.length).toBeGreaterThan(0);
      return JSON.stringify(own) === JSON.stringify(expected) ? { same: true } : { own, expected };
    };
    await expect.poll(compare).toEqual({ same: true });
  }
  const metric = 'prometheus_http_requests_total';
  await expect
    .poll(() => ask(ours, 'metadata', { metric }))
    .toEqual({ [metric]: [{ type: 'counter', help: 'Counter of HTTP requests.', unit: '' }] });
});
