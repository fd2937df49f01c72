import { expect, test } from 'vitest';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from './decode-export.ts';
import { weightOfThreshold, weightOfTraceState } from './sampling-weight.ts';

test.each([
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['vendor=x, ot=th:c;rv:d29d6a7215ced0,other=y', 4],
  ['ot=rv:d29d6a7215ced0;th:fd70a3d70a3d71', 100],
  ['ot=p:4;r:7', 16],
  ['ot=p:63', 1],
  ['ot=th:', 1],
  ['ot=th:xyz', 1],
  ['ot=th:123456789abcdef', 1],
  ['vendor=ot', 1],
  ['', 1],
])('tracestate %j stands for %d', (state, weight) => {
  expect(weightOfTraceState(state)).toBeCloseTo(weight, 6);
});

test('the last thresholds stay numbers', () => {
  expect(weightOfThreshold('ffffffffffffff')).toBeLessThanOrEqual(2 ** 56);
  expect(Number.isFinite(weightOfThreshold('ffffffffffffff'))).toBe(true);
});

const NOW = 1_795_000_000_000_000_000n;
const context = { received: NOW, expiredBefore: { logs: 0n, spans: 0n, metrics: 0n } };
const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

test('spans carry the weight of their tracestate, log records that of their threshold', () => {
  const block = new TelemetryBlock();
  const span = (index: number, traceState: string): object => ({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: `00f067aa0ba902b${index}`,
    traceState,
    name: 'pay',
    startTimeUnixNano: String(NOW),
    endTimeUnixNano: String(NOW),
  });
  const spans = ['', 'ot=th:c', 'x=y', 'ot=th:8', ''].map((state, index) => span(index, state));
  decodeTracesProtobuf(encodeExport('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] }), context, block);
  expect(Array.from({ length: 5 }, (_, row) => block.spans.weight.get(row))).toEqual([1, 4, 1, 2, 1]);
  for (const thresholds of [[undefined], [undefined, 'c', undefined], ['8']]) {
    const logRecords = thresholds.map((threshold) => ({
      timeUnixNano: String(NOW),
      attributes: [
        attribute('a', 'b'),
        ...(threshold === undefined ? [] : [attribute('sampling.threshold', threshold)]),
      ],
    }));
    decodeLogsProtobuf(encodeExport('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), context, block);
  }
  expect(Array.from({ length: 5 }, (_, row) => block.logs.weight.get(row))).toEqual([1, 1, 4, 1, 2]);
});

test('a level that is only a word gets its number', () => {
  const block = new TelemetryBlock();
  const levels: readonly (readonly [string, number | undefined, number])[] = [
    ['WARNING', undefined, 13],
    ['warn', 0, 13],
    ['错误', undefined, 17],
    ['CRITICAL', undefined, 21],
    ['ERROR', 9, 9],
    ['special', undefined, 0],
    ['x'.repeat(1000), undefined, 0],
    ['', undefined, 0],
  ];
  const logRecords = levels.map(([severityText, severityNumber]) => ({
    timeUnixNano: String(NOW),
    severityText,
    ...(severityNumber === undefined ? {} : { severityNumber }),
  }));
  decodeLogsProtobuf(encodeExport('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), context, block);
  expect(levels.map((_, row) => block.logs.severity.get(row))).toEqual(levels.map(([, , expected]) => expected));
});
