// A small HTTP front over the embedded engine that speaks as a ClickHouse server does, for the official client: the real engine,
// the real protocol, one process. Only what the server driver uses.
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Driver } from '../../src/storage/clickhouse/driver/driver.ts';
import { openEmbeddedDriver } from '../../src/storage/clickhouse/driver/embedded-driver.ts';
import { readEngineError } from '../../src/storage/clickhouse/driver/engine-errors.ts';

export interface ClickHouseFront {
  readonly url: string;
  /** Statements that came in, with their settings. */
  readonly seen: { readonly query: string; readonly settings: Readonly<Record<string, string>> }[];
  close(): Promise<void>;
}

// Parameters of the protocol, not of the engine.
const protocol = new Set([
  'query',
  'query_id',
  'wait_end_of_query',
  'default_format',
  'database',
  'session_id',
  'enable_http_compression',
]);

export async function openClickHouseFront(folder: string, user: string, password: string): Promise<ClickHouseFront> {
  const driver = await openEmbeddedDriver({ folder });
  const aborts = new Map<string, AbortController>();
  const seen: ClickHouseFront['seen'] = [];
  let files = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== expected)
      throw new Error('Code: 516. DB::Exception: Authentication failed (AUTHENTICATION_FAILED)');
    const url = new URL(request.url!, 'http://localhost');
    const body = await buffer(request);
    const query = url.searchParams.get('query') ?? body.toString('utf8');
    const id = url.searchParams.get('query_id') ?? '';
    const settings = Object.fromEntries([...url.searchParams].filter(([name]) => !protocol.has(name)));
    seen.push({ query, settings });
    const insert = /^INSERT INTO (\S+) \(([^)]*)\) FORMAT Native$/.exec(query);
    if (insert !== null) {
      const path = join(folder, `body-${++files}.native`);
      await writeFile(path, body);
      const columns = insert[2]!.split(', ');
      await driver.insertFile({ table: insert[1]!, columns, path, token: settings['insert_deduplication_token']! });
      response.end();
      return;
    }
    const killed = /^KILL QUERY WHERE query_id = '([^']+)'/.exec(query);
    if (killed !== null) {
      aborts.get(killed[1]!)?.abort();
      response.end();
      return;
    }
    if (query.startsWith('SELECT version()')) {
      response.end('{"version":"26.7.2.1"}\n');
      return;
    }
    if (!query.endsWith(' FORMAT Native')) {
      await driver.command(query);
      response.end();
      return;
    }
    const abort = new AbortController();
    aborts.set(id, abort);
    const result = await driver.query(query.slice(0, -' FORMAT Native'.length), settings, abort.signal);
    response.setHeader('x-clickhouse-summary', JSON.stringify({ read_rows: '7', read_bytes: '70' }));
    response.end(result.bytes);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { code, text } = readEngineError(error);
      response.statusCode = 500;
      response.setHeader('x-clickhouse-exception-code', String(code ?? 1001));
      response.end(`Code: ${code ?? 1001}. DB::Exception: ${text}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await (driver as Driver).close();
    },
  };
}
