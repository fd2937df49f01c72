// A sender as an OpenTelemetry SDK is one: batches of log rows, each sent until it is acknowledged, over whatever server runs now.
import { onTestFinished } from 'vitest';
import { sendOtlp } from './api-client.ts';

const ROWS_A_BATCH = 50;
const WORKERS = 2;
const RETRY_MILLIS = 50;
/** Every row is read back and compared: what comes in faster takes that much longer to check. */
const PAUSE_MILLIS = 20;

export interface SenderReport {
  /** Batches, all of them acknowledged. */
  readonly batches: number;
  readonly rowsABatch: number;
  /** Sendings that failed or were refused, and were repeated. */
  readonly retries: number;
}

export interface Sender {
  /** Batches acknowledged so far. */
  acknowledged(): number;
  /** Ends when everything that was begun is acknowledged. */
  stop(): Promise<SenderReport>;
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

function makeBatch(batch: number): object {
  const time = BigInt(Date.now()) * 1_000_000n;
  const logRecords = Array.from({ length: ROWS_A_BATCH }, (_, row) => ({
    timeUnixNano: String(time + BigInt(row)),
    severityNumber: 9,
    body: { stringValue: `第 ${batch} 批 row ${row}` },
    attributes: [
      { key: 'batch', value: { intValue: batch } },
      { key: 'row', value: { intValue: row } },
    ],
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: 'sender' } }];
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
}

/**
 * `target` gives the OTLP/HTTP address of the server that runs now. When the test ends, it gives up what is not acknowledged: the server
 * of a second try must not get the batches of the first.
 */
export function startSender(target: () => string): Sender {
  let stopping = false;
  let isAbandoned = false;
  onTestFinished(() => {
    stopping = true;
    isAbandoned = true;
  });
  let next = 0;
  let acknowledged = 0;
  let retries = 0;
  const work = async (): Promise<void> => {
    while (!stopping) {
      const request = makeBatch(next++);
      while (!isAbandoned) {
        const status = await sendOtlp(target(), 'logs', request).catch(() => 0);
        if (status === 200) break;
        if (status === 400) throw new Error('the batch was refused for good');
        retries++;
        await pause(RETRY_MILLIS);
      }
      acknowledged++;
      await pause(PAUSE_MILLIS);
    }
  };
  const workers = Array.from({ length: WORKERS }, work);
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopping = true;
      await Promise.all(workers);
      return { batches: next, rowsABatch: ROWS_A_BATCH, retries };
    },
  };
}
