import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { getApi, sendOtlp } from '../support/api-client.ts';
import { runServerToEnd, startServer, type HolterServer } from '../support/holter-server.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
let dataDir: string;
let server: HolterServer | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'holter-access-'));
});
afterEach(async () => {
  await server?.remove();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function token(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [HOLTER, 'token', ...words, '--data', dataDir]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out: out.trim(), err: err.trim() };
}

const record = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] };

test('tokens are made, listed and revoked without a server and with one; they bind every way in', async () => {
  const early = await token('create', '网关', '--permissions', 'query');
  expect([early.code, early.out]).toEqual([0, expect.stringMatching(/^holter_[\w-]{43}$/)]);
  expect(readFileSync(join(dataDir, 'state/state.log'), 'latin1')).not.toContain(early.out);
  server = await startServer({
    dataDir,
    flags: ['--http', '0.0.0.0:0', '--otlp-http', '127.0.0.1:0'],
    token: early.out,
  });
  const late = await token('create', 'sender', '--permissions=ingest', '--valid-for', '1d');
  const listed = JSON.parse((await token('list', '--json')).out) as { id: string; name: string }[];
  expect(listed.map(({ name }) => name)).toEqual(['网关', 'sender']);

  const status = (secret?: string): Promise<number> =>
    getApi(server!.url, '/services', secret === undefined ? {} : { authorization: `Bearer ${secret}` }).then(
      (answer) => answer.status,
    );
  expect([await status(), await status('nonsense'), await status(late.out), await status(early.out)]).toEqual([
    401, 401, 403, 200,
  ]);
  const send = (secret?: string): Promise<number> =>
    sendOtlp(server!.otlpHttp, 'logs', record, secret === undefined ? {} : { authorization: `Bearer ${secret}` });
  expect([await send(), await send(early.out), await send(late.out)]).toEqual([401, 403, 200]);

  expect((await token('revoke', listed[1]!.id)).code).toBe(0);
  expect(await send(late.out)).toBe(401);
  expect((await token('revoke', listed[1]!.id)).code).toBe(1);
  expect((await token('create', 'x', '--permissions', 'everything')).code).toBe(2);
  expect((await token('unknown')).code).toBe(2);
});

test('another address than loopback is refused without tokens, and taken with --insecure', async () => {
  const refused = await runServerToEnd(['--data', dataDir, '--http', '0.0.0.0:0']);
  expect(refused.code).toBe(2);
  expect(refused.output).toContain('ADDRESS_NOT_LOCAL: --http 0.0.0.0:0 can be reached from other machines');
  const ingest = await runServerToEnd(['--data', dataDir, '--otlp-grpc', '0.0.0.0:0']);
  expect(ingest.output).toContain('ADDRESS_NOT_LOCAL: --otlp-grpc');
  server = await startServer({ dataDir, flags: ['--http', '0.0.0.0:0', '--insecure'] });
  expect((await getApi(server.url, '/services')).status).toBe(200);
});
