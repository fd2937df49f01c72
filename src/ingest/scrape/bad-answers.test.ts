// Answers that no target should give: each is a clear error, costs bounded time and memory, and leaves the next answer as good as ever.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { plainHttp } from '../../config/prometheus/http-client.ts';
import { parsePrometheusConfig } from '../../config/prometheus/prometheus-config.ts';
import { compileRelabel } from '../../model/relabel/relabel.ts';
import { HttpClient } from '../http-client/http-client.ts';
import { AnswerReader, type AnswerFormat } from './answer-reader.ts';
import { fetchMetrics } from './fetch-metrics.ts';
import { discoveredLabels, makeTarget, type ScrapeTarget } from './scrape-target.ts';

const limits = { names: 'utf8', labels: 0, labelNameLength: 0, labelValueLength: 0 } as const;
const newReader = (): AnswerReader =>
  new AnswerReader({ labels: [['job', 'j']], honorLabels: false, relabel: [] }, true, limits);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const wrong: readonly (readonly [name: string, answer: string | Uint8Array, format: AnswerFormat, error: string])[] = [
  ['a label twice', 'a{x="1",x="2"} 1\n', 'text', 'label name "x" stands twice'],
  ['a reserved label', 'a{__name__="b"} 1\n', 'text', 'label name "__name__" is reserved'],
  ['no value', 'a{x="1"}\n', 'text', 'expected a value after the metric'],
  ['a page', '<html>\n', 'text', 'expected a metric name, a comment or an opening brace'],
  ['an unterminated label', 'a{x="1\n', 'text', 'unterminated label value'],
  [
    'bytes that are no text',
    Uint8Array.of(0x61, 0x7b, 0x78, 0x3d, 0x22, 0xff, 0x22, 0x7d, 0x20, 0x31, 0x0a),
    'text',
    'invalid UTF-8',
  ],
  ['OpenMetrics without an end', 'a 1\n', 'openmetrics', 'does not end with "# EOF"'],
  ['OpenMetrics with something behind its end', 'a 1\n# EOF\na 2\n', 'openmetrics', 'unexpected data after "# EOF"'],
  ['a time that is none', 'a 1 soon\n', 'text', 'expected a timestamp in milliseconds'],
];

test.each(wrong)('%s', (_name, answer, format, error) => {
  const reader = newReader();
  expect(reader.read(typeof answer === 'string' ? bytes(answer) : answer, format)).toContain(error);
  expect(reader.read(bytes('a 1\nb{x="1"} 2\n'), 'text')).toBeUndefined();
  expect(reader.rows).toBe(2);
});

test('ten thousand labels, a label of a megabyte, and new series with every answer are bounded in memory', () => {
  const reader = newReader();
  const many = Array.from({ length: 10_000 }, (_, i) => `l${i}="${i}"`).join(',');
  expect(reader.read(bytes(`a{${many}} 1\nb{x="${'x'.repeat(1 << 20)}"} 1\n`), 'text')).toBeUndefined();
  expect(reader.table.labelsOf(reader.series[0]!)).toHaveLength(10_001);
  for (let answer = 0; answer < 60; answer++) {
    const lines = Array.from({ length: 2000 }, (_, i) => `c{id="${answer}-${i}"} 1\n`);
    expect(reader.read(bytes(lines.join('')), 'text')).toBeUndefined();
    expect(reader.rows).toBe(2000);
  }
  // What is remembered is what some answers hold, not everything that ever was.
  expect(reader.size).toBeLessThanOrEqual(12_000);
});

/** What fetching from a server with this handler gives: the size of the body, or the error. */
async function fetchFrom(handle: (response: ServerResponse) => void, timeout = 60_000, settings = ''): Promise<string> {
  const server = createServer((_request, response) => handle(response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [job] = parsePrometheusConfig(`scrape_configs: [{ job_name: j, scrape_timeout: 1m, ${settings} }]`).config!
    .jobs;
  const made = makeTarget(job!, compileRelabel([]), discoveredLabels(job!, [['__address__', address]], []));
  const target: ScrapeTarget = { ...(made as { target: ScrapeTarget }).target, timeout };
  const client = new HttpClient(plainHttp);
  try {
    return String((await fetchMetrics(client, target, new AbortController().signal)).body.length);
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const endless = (response: ServerResponse, chunk: Buffer): void => {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  write();
};

test('a hundred megabytes, without end, or packed small', async () => {
  const tooLarge = 'the body is larger than 67108864 bytes (body_size_limit)';
  const megabyte = Buffer.alloc(1 << 20, '# nothing\n');
  expect(await fetchFrom((response) => endless(response, megabyte))).toBe(tooLarge);
  const bomb = gzipSync(Buffer.alloc(100 << 20, '# nothing\n'));
  expect(await fetchFrom((response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))).toBe(
    tooLarge,
  );
  expect(
    await fetchFrom((response) => void response.end(Buffer.alloc(70 << 20, '#')), 60_000, 'body_size_limit: 80MB'),
  ).toBe(String(70 << 20));
});

test('a body that trickles, ends early, lies about its packing or its length', async () => {
  const trickle = (response: ServerResponse): void => {
    const timer = setInterval(() => response.write('#\n'), 10);
    response.on('close', () => clearInterval(timer));
  };
  expect(await fetchFrom(trickle, 300)).toBe('no whole answer within 0.3 s');
  expect(await fetchFrom(() => undefined, 300)).toBe('no whole answer within 0.3 s');
  // As HTTP/1.0 has it: the body ends with the connection, also with the one that we end.
  const withoutLength = (response: ServerResponse): void => {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { connection: 'close' });
    trickle(response);
  };
  expect(await fetchFrom(withoutLength, 300)).toBe('no whole answer within 0.3 s');
  const early = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('a 1\n', () => response.destroy());
  };
  expect(await fetchFrom(early)).toMatch(/aborted|terminated|hang up/);
  expect(
    await fetchFrom((response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('a 1\n')),
  ).toMatch(/incorrect header check/);
  expect(await fetchFrom((response) => void response.writeHead(404).end())).toBe(
    'server returned HTTP status 404 Not Found',
  );
  expect(await fetchFrom((response) => response.destroy())).toMatch(/hang up/);
});
