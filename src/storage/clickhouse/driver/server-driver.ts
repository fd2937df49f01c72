// A ClickHouse server or cluster over HTTP(S) by the official client. Blocks go as the body of an insert, in Native format.
import { createReadStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { codedError } from '../../../base/coded-error.ts';
import { printText } from '../sql/literals.ts';
import type { Deployment } from '../tables/print-tables.ts';
import {
  insertSettings,
  type AnswerFormat,
  type Driver,
  type EngineAnswer,
  type EngineSettings,
  type FileInsert,
} from './driver.ts';
import { storageErrors } from './engine-errors.ts';

const REQUEST_TIMEOUT_MS = 120_000;
const MAX_CONNECTIONS = 8;

export interface ServerOptions {
  /** http:// or https:// with host and port. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Name of the cluster in `remote_servers`; without it the server stands alone. */
  readonly cluster?: string;
}

// The whole answer is made before its status is sent, so that an error is an error and not a broken stream.
const answerSettings: EngineSettings = { wait_end_of_query: 1 };
// On a cluster an insert counts when every shard has its rows.
const clusterInsertSettings: EngineSettings = { distributed_foreground_insert: 1 };

export async function openServerDriver(options: ServerOptions): Promise<Driver> {
  if (!/^\w+$/.test(options.database) || (options.cluster !== undefined && !/^[\w.-]+$/.test(options.cluster)))
    throw codedError(storageErrors, 'QUERY_REFUSED', 'names of database and cluster are letters, digits and _');
  const client = createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: MAX_CONNECTIONS,
    compression: { response: false, request: false },
    // What fails is told to who asked; the client would print it as well.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const { cluster, database } = options;
  const deployment: Deployment =
    cluster === undefined ? { kind: 'server', database } : { kind: 'cluster', database, cluster };
  const onCluster = cluster === undefined ? '' : ` ON CLUSTER \`${cluster}\``;
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}${onCluster}` });
  const version = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
  const [row] = await version.json<{ version: string }>();
  return new ServerDriver(
    client,
    hasTextIndex(row?.version ?? '') ? deployment : { ...deployment, withoutTextIndex: true },
  );
}

/** The text index is ready for use since 26.2. */
export function hasTextIndex(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 26 || (major === 26 && minor >= 2);
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

class ServerDriver implements Driver {
  readonly deployment: Deployment;
  readonly #client: ClickHouseClient;

  constructor(client: ClickHouseClient, deployment: Deployment) {
    this.#client = client;
    this.deployment = deployment;
  }

  async query(
    sql: string,
    settings: EngineSettings,
    signal?: AbortSignal,
    format: AnswerFormat = 'Native',
  ): Promise<EngineAnswer> {
    const id = randomUUID();
    const onAbort = (): void => void this.#kill(id);
    if (isAborted(signal)) throw codedError(storageErrors, 'QUERY_ABORTED');
    signal?.addEventListener('abort', onAbort, { once: true });
    const started = performance.now();
    try {
      const answer = await this.#client.exec({
        query: `${sql} FORMAT ${format}`,
        query_id: id,
        clickhouse_settings: { ...answerSettings, ...settings },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
      const bytes = await buffer(answer.stream as Readable);
      return {
        bytes,
        rowsRead: Number(answer.summary?.read_rows ?? 0),
        bytesRead: Number(answer.summary?.read_bytes ?? 0),
        milliseconds: performance.now() - started,
      };
    } catch (error) {
      // Read again: it may have been aborted since.
      if (isAborted(signal)) throw codedError(storageErrors, 'QUERY_ABORTED');
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async command(sql: string): Promise<void> {
    await this.#client.command({ query: sql, clickhouse_settings: { wait_end_of_query: 1 } });
  }

  async insertFile({ table, columns, path, token }: FileInsert): Promise<void> {
    const settings = {
      ...insertSettings,
      ...(this.deployment.kind === 'cluster' ? clusterInsertSettings : {}),
      insert_deduplication_token: token,
    };
    const answer = await this.#client.exec({
      query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT Native`,
      values: createReadStream(path, { highWaterMark: 1 << 20 }),
      clickhouse_settings: { ...answerSettings, ...settings },
    });
    await buffer(answer.stream as Readable);
  }

  /** The tables of a server sync each insert themselves; on a cluster the replicas are what survives. */
  async sync(): Promise<void> {}

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #kill(id: string): Promise<void> {
    try {
      await this.#client.command({ query: `KILL QUERY WHERE query_id = ${printText(id)} ASYNC` });
    } catch {
      // The query ends by its own time limit.
    }
  }
}
