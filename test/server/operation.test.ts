import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
import type { SourcesResponse } from '../../src/api/sources.ts';
import { eventually, getApi, postApi, sendOtlp } from '../support/api-client.ts';
import { runServerToEnd, startServer, type HolterServer } from '../support/holter-server.ts';
import { needShared } from '../support/need.ts';

const OFF = ['--otlp-http', 'off', '--otlp-grpc', 'off'];
let folder: string;
let server: HolterServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-operation-'));
});
afterEach(async () => {
  await server?.remove();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const record = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] };

test('the log names every address that is open, and they answer; / leads to the web UI', async () => {
  server = await startServer();
  const { addresses } = await server.status();
  expect(addresses.map(({ name, state }) => [name, state])).toEqual([
    ['otlp-grpc', 'open'],
    ['otlp-http', 'open'],
    ['http', 'open'],
  ]);
  for (const { name, address } of addresses)
    expect(server.output()).toMatch(new RegExp(`${name} listens on .*${address}`));
  expect((await fetch(`${server.url}/`)).url).toBe(`${server.url}/ui/`);
  expect(await (await fetch(`${server.url}/-/healthy`)).text()).toBe('healthy\n');
  const ready = await fetch(`${server.url}/-/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { ready: true, degraded: [] }]);
  const steps = await getApi<{ steps: { text: string }[] }>(server.url, '/first-steps');
  expect(JSON.stringify(steps.body)).toContain(server.otlpHttp);
  const gone = await fetch(`${server.url}/nothing/here`);
  expect([gone.status, ((await gone.json()) as { error: { code: string } }).error.code]).toEqual([
    404,
    'ROUTE_UNKNOWN',
  ]);
});

test('what the server tells of its own machine is no arrival', async () => {
  server = await startServer({ dataDir: join(folder, 'data'), flags: ['--host-metrics', 'true'] });
  const hasData = async (): Promise<boolean> => (await server!.status()).hasData;
  const sources = async (): Promise<readonly string[]> => {
    const { body } = await getApi<SourcesResponse>(server!.url, '/sources');
    return body.sources.filter(({ ledger }) => ledger.received > 0).map(({ source }) => source);
  };
  await eventually(sources, (found) => found.some((source) => source.startsWith('holter:')));
  expect(await hasData()).toBe(false);
  expect(await sendOtlp(server.otlpHttp, 'logs', record)).toBe(200);
  await eventually(hasData, (has) => has);
});

test('SIGTERM drains: what was acknowledged a moment before is in the engine at the next start', async () => {
  server = await startServer({ dataDir: folder });
  expect(await sendOtlp(server.otlpHttp, 'logs', record)).toBe(200);
  expect(await server.stop()).toBe(0);
  expect(server.output()).toContain('"msg":"stopped"');
  server = await startServer({ dataDir: folder });
  const { body } = await getApi<{ total: { stored: number; inSpool: number } }>(server.url, '/ledger');
  expect(body.total).toMatchObject({ stored: 1, inSpool: 0 });
});

test('a data directory serves one process', async () => {
  server = await startServer({ dataDir: folder });
  const second = await runServerToEnd(['--data', folder, '--http', '127.0.0.1:0', ...OFF]);
  expect(second.code).toBe(3);
  expect(second.output).toContain(`DATA_FOLDER_IN_USE: the data folder ${folder} is in use by process ${server.pid}`);
  expect((await getApi(server.url, '/status')).status).toBe(200);
});

test('an address that was asked for and is taken is an error', async () => {
  const taken = createServer();
  onTestFinished(() => void taken.close());
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as AddressInfo;
  for (const flag of ['--http', '--otlp-http', '--otlp-grpc']) {
    const all = new Map([
      ['--http', '127.0.0.1:0'],
      ['--otlp-http', 'off'],
      ['--otlp-grpc', 'off'],
      [flag, `127.0.0.1:${port}`],
    ]);
    const { code, output } = await runServerToEnd(['--data', folder, ...[...all].flat()]);
    expect([flag, code]).toEqual([flag, 3]);
    expect(output).toContain(
      `ADDRESS_UNUSABLE: cannot listen on 127.0.0.1:${port} (${flag}): another program listens there`,
    );
  }
});

test('wrong flags and files end the start with what is wrong and where', async () => {
  const yml = join(folder, 'holter.yml');
  writeFileSync(yml, 'retention:\n  logs: soon\nlisten: {htp: 1}\n');
  const wrong = await runServerToEnd([yml]);
  expect(wrong.code).toBe(2);
  expect(wrong.output).toContain(`SETTING_WRONG: ${yml}:3:10: unknown setting "listen.htp"`);
  writeFileSync(yml, 'retention:\n  logs: soon\n');
  expect((await runServerToEnd([yml])).output).toContain(
    `${yml}:2:3: retention.logs: expected a time span such as 12h`,
  );
  expect((await runServerToEnd(['--no-such-flag'])).code).toBe(2);
  const missing = await runServerToEnd([join(folder, 'nowhere.yml')]);
  expect([missing.code, missing.output]).toEqual([3, expect.stringContaining('FILE_UNREADABLE')]);
  const blocked = join(folder, 'a-file');
  writeFileSync(blocked, '');
  const unusable = await runServerToEnd(['--data', join(blocked, 'data')]);
  expect([unusable.code, unusable.output]).toEqual([3, expect.stringContaining('DATA_DIRECTORY_UNUSABLE')]);
});

test('--print-config shows every setting and where it came from', async () => {
  const yml = join(folder, 'holter.yml');
  writeFileSync(yml, 'retention: { logs: 2d }\n');
  const { code, output } = await runServerToEnd([yml, '--http', '127.0.0.1:0', '--print-config']);
  expect(code).toBe(0);
  expect(output).toMatch(/^listen\.http +127\.0\.0\.1:0 +# --http$/m);
  expect(output).toMatch(new RegExp(`^retention\\.logs +2d +# ${yml}:1:14$`, 'm'));
  expect(output).toMatch(/^listen\.otlp_grpc +127\.0\.0\.1:4317 +# default$/m);
});

test('the users’ own files are told apart; what cannot be used yet is said once', async (context) => {
  const files = ['alerts.yml', 'logstash.conf', 'dashboard.json'].map((name) => needShared(context, `seeds/${name}`));
  server = await startServer({ flags: files });
  const leftAlone = server
    .output()
    .split('\n')
    .filter((line) => line.includes('by this version; the file is left alone'));
  expect(leftAlone.map((line) => files.filter((file) => line.includes(file)))).toEqual([[files[1]]]);
  const rules = await fetch(`${server.url}/api/v1/rules`);
  const { data } = (await rules.json()) as { data: { groups: unknown[] } };
  expect(data.groups.length).toBeGreaterThan(0);
  const { body } = await getApi<{ dashboards: unknown[] }>(server.url, '/dashboards');
  expect(body.dashboards).toHaveLength(1);
});

test('reload reads the files again, by request and by SIGHUP; a broken file changes nothing', async () => {
  const yml = join(folder, 'holter.yml');
  writeFileSync(yml, 'retention: { logs: 2d }\n');
  server = await startServer({ flags: [yml] });
  const kept = async (): Promise<number> => {
    const { body } = await getApi<{ retention: { logs: number } }>(server!.url, '/storage');
    return body.retention.logs;
  };
  const reload = (): Promise<Response> => fetch(`${server!.url}/-/reload`, { method: 'POST' });
  expect(await kept()).toBe(2 * 86_400);
  writeFileSync(yml, 'retention: { logs: 5d }\nspool: { budget: 1GiB }\n');
  expect(await (await reload()).json()).toEqual({
    reloaded: ['the setting retainLogs changed', 'the setting spoolBudget changed and takes effect at the next start'],
  });
  expect(await kept()).toBe(5 * 86_400);
  writeFileSync(yml, 'retention: { logs: sometimes }\n');
  const refused = await reload();
  expect([refused.status, await refused.json()]).toMatchObject([422, { error: { code: 'RELOAD_REFUSED' } }]);
  expect(await kept()).toBe(5 * 86_400);
  writeFileSync(yml, 'retention: { logs: 1d }\n');
  server.child.kill('SIGHUP');
  await eventually(kept, (seconds) => seconds === 86_400);
  const { body } = await getApi<{ entries: { action: string }[] }>(server.url, '/audit');
  expect(body.entries.map(({ action }) => action)).toEqual(['configuration.reload']);
});

test('log files are followed over restarts, each line once', async () => {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const file = join(logs, 'orders.log');
  const line = (i: number): string => `${JSON.stringify({ level: 'INFO', message: `第 ${i} 行` })}\n`;
  writeFileSync(file, line(1) + line(2));
  const dataDir = join(folder, 'data');
  const flags = ['--tail', join(logs, '*.log')];
  const bodies = async (): Promise<string[]> => {
    const { body } = await postApi<LogSearchResponse>(server!.url, '/logs/search', {});
    return body.rows.map((row) => row.body).toSorted();
  };
  server = await startServer({ dataDir, flags });
  await eventually(bodies, (found) => found.length === 2);
  await server.kill9();
  writeFileSync(file, line(1) + line(2) + line(3));
  server = await startServer({ dataDir, flags });
  expect(await eventually(bodies, (found) => found.length >= 3)).toEqual(['第 1 行', '第 2 行', '第 3 行']);
  // What was cut off is said once, where one looks for losses.
  appendFileSync(file, `${'x'.repeat(5 << 20)}\n`);
  const losses = async (): Promise<string[]> => {
    const { body } = await getApi<SourcesResponse>(server!.url, '/sources');
    return body.sources.find(({ source }) => source === `tail:${file}`)?.lastErrors.map(({ reason }) => reason) ?? [];
  };
  expect(await eventually(losses, (found) => found.length > 0)).toEqual([
    `${file}: a line was too long, ${4 << 20} bytes were cut off`,
  ]);
});
