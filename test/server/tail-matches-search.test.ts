// A live tail decides in this program what a search decides in the engine: both have to say the same of every row.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FieldFilter } from '../../src/api/common.ts';
import type { LogRow, LogSearchResponse } from '../../src/api/logs.ts';
import { decodeLogsProtobuf } from '../../src/formats/otlp/decode-export.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { compileConditions } from '../../src/server/tail/log-matcher.ts';
import { postApi, sendOtlp, settledLedger } from '../support/api-client.ts';
import { encodeExport } from '../support/otlp-encoder.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const BODIES = [
  'connect timeout=5.3s /api/v1/x',
  "it's 1,000.50 a:b x:1 1:2",
  '你好世界 error错误x',
  'user@example.com a_b-c.d',
  'É café naïve Straße ÄÖÜ',
  'a.1 1.a _x x_ __ 3.5e-7 0x1F',
  'ab😀cd한국어カナ 1_2.3_x:y_z',
  'GET /orders/42 HTTP/1.1',
  'worker-3: done in 12ms',
  '',
  'ERROR payment declined: 余额不足',
  '100% of %s {"k": "v\\n"}',
];
const NOW = BigInt(Date.now()) * 1_000_000n;
const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const request = {
  resourceLogs: [
    {
      resource: { attributes: [text('service.name', 'one'), text('host', '主机')] },
      scopeLogs: [
        {
          logRecords: BODIES.map((body, i) => ({
            timeUnixNano: String(NOW + BigInt(i)),
            severityNumber: i * 2,
            body: { stringValue: body },
            attributes: [
              { key: 'i', value: { intValue: i } },
              { key: 'half', value: { doubleValue: i / 2 } },
              ...(i % 2 === 0 ? [text('even', i % 4 === 0 ? 'yes' : '')] : []),
              { key: 'big', value: { boolValue: i > 6 } },
            ],
          })),
        },
      ],
    },
  ],
};
const block = new TelemetryBlock();
let server: HolterServer;

beforeAll(async () => {
  server = await startServer();
  expect(await sendOtlp(server.otlpHttp, 'logs', request)).toBe(200);
  await settledLedger(server.url);
  decodeLogsProtobuf(
    encodeExport('logs', request),
    { received: NOW, expiredBefore: { logs: 0n, spans: 0n, metrics: 0n } },
    block,
  );
});
afterAll(() => server?.remove());

async function search(conditions: { text?: string; filters?: FieldFilter[] }): Promise<string[]> {
  const answer = await postApi<LogSearchResponse>(server.url, '/logs/search', { ...conditions, order: 'oldest' });
  return answer.status === 200
    ? answer.body.rows.map(({ body }: LogRow) => body)
    : [`refused: ${JSON.stringify(answer.body)}`];
}

function tail(conditions: { text?: string; filters?: FieldFilter[] }): string[] {
  const matches = compileConditions({ filters: [], ...conditions });
  const labels = { 'service.name': 'one', host: '主机' };
  const identities = { resources: () => labels, streams: () => ({}) };
  return BODIES.filter((_, row) => matches(block.logs, row, identities));
}

test('words: pieces of the bodies themselves, cut anywhere', async () => {
  const piece = fc
    .tuple(fc.constantFrom(...BODIES), fc.nat(40), fc.integer({ min: 1, max: 12 }), fc.boolean())
    .map(([body, from, size, upper]) => {
      const cut = Array.from(body)
        .slice(from % (body.length + 1), (from % (body.length + 1)) + size)
        .join('');
      return upper ? cut.toUpperCase() : cut;
    })
    .filter((cut) => cut.trim() !== '');
  await fc.assert(
    fc.asyncProperty(piece, async (words) => {
      expect([words, tail({ text: words })]).toEqual([words, await search({ text: words })]);
    }),
    { numRuns: 150 },
  );
});

test('filters of every operator on fields of every kind', async () => {
  const fields = ['i', 'half', 'even', 'big', 'nowhere', 'service', 'body', 'resource:host', 'severity', 'level'];
  const values = ['0', '3', '3.5', 'yes', '', 'true', 'one', '主机', 'error', 'GET', 7, true];
  const operators: FieldFilter['op'][] = ['eq', 'ne', 'contains', 'exists', 'missing', 'regex', 'gt', 'lte'];
  const failures: unknown[] = [];
  for (const field of fields) {
    for (const op of operators) {
      const compare = async (value: string | number | boolean): Promise<void> => {
        const filters = [{ field, op, value }];
        let expected: string[];
        try {
          expected = tail({ filters });
        } catch {
          expected = [];
        }
        const found = await search({ filters });
        if (found[0]?.startsWith('refused') === true && field === 'level') return;
        if (JSON.stringify(found) !== JSON.stringify(expected))
          failures.push({ field, op, value, tail: expected, search: found });
      };
      await Promise.all((op === 'exists' || op === 'missing' ? [''] : values).map(compare));
    }
  }
  expect(failures).toEqual([]);
});
