// Frames that a test can read at a glance: one row a line.
//   `NAME` a log row with that body · `bad NAME` quarantined · `old NAME` expired on arrival · `!` the whole body is unusable
import { CodedError } from '../../src/base/coded-error.ts';
import type { DecodeOutcome, FrameInput, FrameKind, Quarantined } from '../../src/ingest/intake.ts';
import type { LogColumns } from '../../src/model/log-columns.ts';
import type { UnixNanos } from '../../src/model/units.ts';

function pushLog(logs: LogColumns, time: bigint, body: string): void {
  logs.time.push(time);
  for (const column of [logs.observed, logs.originalTime, logs.resource, logs.exceptionGroup, logs.stream])
    column.push(0n);
  for (const column of [logs.service, logs.severityText, logs.logger, logs.event, logs.exceptionType]) column.push('');
  for (const column of [logs.exceptionMessage, logs.exceptionStack, logs.docId, logs.raw]) column.push('');
  for (const column of [logs.severity, logs.flags, logs.retention]) column.push(0);
  logs.body.push(body);
  logs.traceId.pushZero();
  logs.spanId.pushZero();
  logs.attributes.closeRow();
  logs.weight.push(1);
  logs.closeRow();
}

export const testKind: FrameKind = {
  name: 'test',
  decode(body, context, block): DecodeOutcome {
    const lines = new TextDecoder().decode(body).split('\n');
    const quarantine: Quarantined[] = [];
    let [stored, expired] = [0, 0];
    for (const line of lines) {
      if (line === '!') throw new CodedError('TEST_UNUSABLE', 400, 'this body cannot be used');
      if (line.startsWith('bad ')) quarantine.push({ reason: 'bad', sample: line });
      else if (line.startsWith('old ')) expired++;
      else {
        pushLog(block.logs, context.received, line);
        stored++;
      }
    }
    const counts = {
      received: lines.length,
      stored,
      quarantined: quarantine.length,
      refused: 0,
      expired,
      sampledAway: 0,
    };
    return { counts: { ...counts, clamped: 0 }, quarantine };
  },
};

export function testFrame(text: string, more: Partial<FrameInput> = {}): FrameInput {
  const received = 1_700_000_000_000_000_000n as UnixNanos;
  return { kind: 'test', source: 'test', received, body: new TextEncoder().encode(text), ...more };
}
