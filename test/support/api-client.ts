// Speaks with a server as a sender and as a reader do.
import { API_PREFIX } from '../../src/api/routes.ts';
import type { LogSearchInput, LogSearchResponse, LogRow } from '../../src/api/logs.ts';
import type { LedgerResponse } from '../../src/api/sources.ts';
import { encodeExport } from './otlp-encoder.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

/** GET below the own API. */
export async function getApi<T>(url: string, path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
  return readAnswer(await fetch(`${url}${API_PREFIX}${path}`, { headers }));
}

/** POST of JSON below the own API. */
export async function postApi<T>(url: string, path: string, body: unknown): Promise<Answer<T>> {
  const headers = { 'content-type': 'application/json' };
  return readAnswer(await fetch(`${url}${API_PREFIX}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Sends an OTLP export request as protobuf; resolves to the HTTP status. */
export async function sendOtlp(
  otlpHttp: string,
  signal: 'logs' | 'traces',
  request: object,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(`${otlpHttp}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body: Buffer.from(encodeExport(signal, request)),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Every row of a search, page by page. */
export async function searchAllLogs(url: string, search: LogSearchInput): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  let cursor: string | undefined;
  do {
    const page: Answer<LogSearchResponse> = await postApi(url, '/logs/search', { limit: 5000, ...search, cursor });
    if (page.status !== 200) throw new Error(JSON.stringify(page));
    rows.push(...page.body.rows);
    cursor = page.body.nextCursor;
  } while (cursor !== undefined);
  return rows;
}

/** Asks until `isDone` says so; a query makes what has come in visible to the next one. */
export async function eventually<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > end) throw new Error(`not after ${seconds} s: ${JSON.stringify(answer)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The ledger once nothing is in the spool any more. */
export async function settledLedger(url: string): Promise<LedgerResponse> {
  const ask = async (): Promise<LedgerResponse> => {
    // A query closes the open block.
    await postApi(url, '/logs/search', { limit: 1 });
    return (await getApi<LedgerResponse>(url, '/ledger')).body;
  };
  return eventually(ask, ({ total }) => total?.inSpool === 0);
}
