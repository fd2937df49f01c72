// Asks a target for its metrics as Prometheus does, within a bound of time and size. By node:http, because fetch refuses some
// ports that exporters do use.
import { Agent, get as getHttp, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, get as getHttps } from 'node:https';
import { createGunzip } from 'node:zlib';

/** Our own bound of a body (bytes, unpacked) where the job sets none. */
const MAX_BODY = 64 << 20;
const MAX_REDIRECTS = 5;
const ACCEPT = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6',
  'application/openmetrics-text;version=0.0.1;q=0.5',
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
  'text/plain;version=0.0.4;q=0.3',
  '*/*;q=0.2',
].join(',');

const agents = { http: new Agent({ keepAlive: true }), https: new TlsAgent({ keepAlive: true }) };

export interface MetricsAnswer {
  readonly body: Uint8Array;
  readonly format: 'text' | 'openmetrics';
}

function request(url: URL, timeout: number, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = {
    accept: ACCEPT,
    'accept-encoding': 'gzip',
    'user-agent': 'Holter',
    'x-prometheus-scrape-timeout-seconds': String(timeout / 1000),
  };
  return new Promise((resolve, reject) => {
    const options = { headers, signal };
    const sent =
      url.protocol === 'https:'
        ? getHttps(url, { ...options, agent: agents.https }, resolve)
        : getHttp(url, { ...options, agent: agents.http }, resolve);
    sent.on('error', reject);
  });
}

async function follow(first: string, timeout: number, signal: AbortSignal): Promise<IncomingMessage> {
  let url = new URL(first);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await request(url, timeout, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
      throw new Error(`expected status 200, got ${statusCode} ${response.statusMessage ?? ''}`.trim());
    }
    url = new URL(headers.location, url);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`redirected to ${url.protocol}`);
  }
  throw new Error(`redirected more than ${MAX_REDIRECTS} times`);
}

async function readBody(response: IncomingMessage, most: number): Promise<Uint8Array> {
  const packed = response.headers['content-encoding'];
  const unpacked = packed === 'gzip' ? createGunzip() : undefined;
  if (unpacked !== undefined) {
    response.on('error', (error) => unpacked.destroy(error));
    response.pipe(unpacked);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked ?? response) {
      size += (chunk as Buffer).length;
      if (size > most) throw new Error(`the body is larger than ${most} bytes`);
      chunks.push(chunk as Buffer);
    }
  } finally {
    if (size > most) response.destroy();
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Fetches a target's metrics. Rejects with an Error that says why: no connection, time, status, size. */
export async function fetchMetrics(
  url: string,
  timeout: number,
  bodySizeLimit: number,
  stop: AbortSignal,
): Promise<MetricsAnswer> {
  const timer = AbortSignal.timeout(timeout);
  try {
    const response = await follow(url, timeout, AbortSignal.any([timer, stop]));
    const format = /^application\/openmetrics-text\b/i.test(response.headers['content-type'] ?? '')
      ? 'openmetrics'
      : 'text';
    return { body: await readBody(response, bodySizeLimit > 0 ? bodySizeLimit : MAX_BODY), format };
  } catch (error) {
    if (timer.aborted) throw new Error(`no whole answer within ${timeout / 1000} s`, { cause: error });
    throw error;
  }
}
