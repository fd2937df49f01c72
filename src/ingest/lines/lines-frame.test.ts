import { expect, test } from 'vitest';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { UnixNanos } from '../../model/units.ts';
import type { DecodeContext } from '../intake.ts';
import { encodeLines } from './frame-body.ts';
import { linesFrame } from './lines-frame.ts';

const encoder = new TextEncoder();
const day = 86_400_000_000_000n;
const received = 1_795_255_933_000_000_000n as UnixNanos;
const context: DecodeContext = {
  source: 'stdin',
  received,
  meta: { stream: { listener: 'stdin' }, service: 'shop' },
  expiredBefore: { logs: received - 7n * day, spans: received - 3n * day, metrics: 0n },
};
const bodyOf = (...records: string[]): Uint8Array => encodeLines(records.map((record) => encoder.encode(record)));

test('a frame becomes rows, and the old ones are counted', () => {
  const block = new TelemetryBlock();
  const body = bodyOf(
    '{"message":"new","time":"2026-11-21T09:52:13Z"}',
    '{"message":"old","time":"2026-11-01T00:00:00Z"}',
    'plain 文本',
    '{"message":"future","time":"2030-01-01T00:00:00Z"}',
  );
  const outcome = linesFrame.decode(body, context, block);
  expect(outcome.counts).toMatchObject({ received: 4, stored: 3, expired: 1, clamped: 1 });
  expect(Array.from({ length: 3 }, (_, row) => block.logs.body.get(row))).toEqual(['new', 'plain 文本', 'future']);
  expect([block.logs.service.get(0), block.resources.rows]).toEqual(['shop', 1]);
});

test('decoding a frame again gives the same rows', () => {
  const body = bodyOf('{"message":"a","level":"INFO","n":1}', '{"message":"b","n":1.5,"x":null}');
  const [one, two] = [new TelemetryBlock(), new TelemetryBlock()];
  linesFrame.decode(body, context, one);
  linesFrame.decode(bodyOf('{"other":true}'), context, new TelemetryBlock());
  linesFrame.decode(body, context, two);
  for (const name of ['body', 'time', 'resource', 'stream'] as const) {
    expect(two.logs[name].data.contents()).toEqual(one.logs[name].data.contents());
  }
});

test('a body that is not whole is refused', () => {
  const body = bodyOf('{"a":1}', '{"b":2}');
  for (const size of [0, 3, 4, 11, body.length - 1]) {
    expect(() => linesFrame.decode(body.subarray(0, size), context, new TelemetryBlock()), String(size)).toThrow(
      'record lengths',
    );
  }
});
