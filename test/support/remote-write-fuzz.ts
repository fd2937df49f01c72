// Fuzzing of what a remote-write sender may send: bodies with all that the protocol has, mutated before and after they are packed.
import { CodedError } from '../../src/base/coded-error.ts';
import { RemoteWriteDecoder, type WriteRequest } from '../../src/formats/remote-write/decode.ts';
import {
  encodeExemplar,
  encodeLabel,
  encodeMetadata,
  encodeSeries,
  packSnappy,
} from '../../src/formats/remote-write/encode.case.ts';
import { remoteWriteFrame } from '../../src/ingest/remote-write/remote-write-frame.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import type { UnixNanos } from '../../src/model/units.ts';
import { checkSound } from './check-sound.ts';
import { cutBack, markBlock } from './memory-intake.ts';
import { mutateBytes, randomOf } from './mutate-bytes.ts';

const NOW_MS = 1_795_260_000_000;
const OLDEST_MS = NOW_MS - 30 * 86_400_000;
const MAX_BLOCK_ROWS = 5000;
const SOUND_EVERY = 64;

const labels = (...more: [string, string][]): [string, string][] => [['__name__', 'http_requests_total'], ...more];
const samples = [
  { timeMs: NOW_MS, value: 1.5 },
  { timeMs: NOW_MS - 15_000, value: NaN },
  { timeMs: OLDEST_MS - 1, value: 3 },
  { timeMs: NOW_MS + 3_600_000, value: 4, isStale: true },
];
const exemplar = [
  ...encodeExemplar([['trace_id', 'ab'.repeat(16)]], 0.5, NOW_MS),
  ...encodeExemplar([['用户', '张三']], 1, 0),
];
const corpus = [
  [
    ...encodeSeries({ labels: labels(['code', '200'], ['path', '/订单']), samples: samples.slice(0, 2) }),
    ...encodeSeries({ labels: labels(['code', '500'], ['path', '/订单']), samples }),
  ],
  [...encodeSeries({ labels: labels(['job', 'a']), samples }, exemplar), ...encodeMetadata('up', 2, '在线', '')],
  // Labels out of order, twice, empty, behind the samples.
  encodeSeries({ labels: [['z', '1'], ...labels(['a', ''], ['a', '2'])], samples }, encodeLabel(['y', '3'])),
  encodeSeries({ labels: [['', '']], samples: [] }),
  // A native histogram.
  encodeSeries({ labels: labels(), samples: [] }, [0x22, 2, 8, 1]),
  [],
].map((bytes) => Uint8Array.from(bytes));
const spices = [
  [0x0a],
  [0x0a, 0x00],
  [0x0a, 0x02, 0x0a, 0x00],
  [0x0a, 0x04, 0x0a, 0x00, 0x12, 0x00],
  [0x12, 0x00],
  [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80],
  [0x1a, 0x00],
  [0x0b],
  [0xff, 0xfe],
].map((bytes) => Uint8Array.from(bytes));

export interface RemoteWriteFuzzReport {
  readonly inputs: number;
  readonly decoded: number;
  readonly refused: number;
}

/**
 * Decodes `inputs` mutated bodies. Each is stored or refused by a CodedError; the block stays sound, nothing in it lies outside of what
 * is kept, and all rows are accounted for; a decoder that has met everything before reads what one reads that begins.
 */
export function fuzzRemoteWrite(inputs: number, seed: number): RemoteWriteFuzzReport {
  const random = randomOf(seed);
  const block = new TelemetryBlock();
  const old = new Reading();
  let decoded = 0;
  for (let i = 0; i < inputs; i++) {
    const [one, other] = [corpus[random(corpus.length)]!, corpus[random(corpus.length)]!];
    const message = mutateBytes(one, other, spices, random);
    const packed = packSnappy(message, random(4) === 0 ? 1 + random(40) : 0);
    const body = random(4) === 0 ? mutateBytes(packed, other, spices, random) : packed;
    try {
      if (storeBody(body, block)) decoded++;
      const [known, fresh] = [old.read(message), new Reading().read(message)];
      if (known !== fresh) throw new Error(`read as ${known} after others, and as ${fresh} alone`);
      if (i % SOUND_EVERY === 0) checkBlock(block);
      if (block.rows > MAX_BLOCK_ROWS) block.clear();
    } catch (error) {
      const hex = Buffer.from(body).toString('hex');
      throw new Error(`seed ${seed}, input ${i}: ${(error as Error).message}: ${hex}`, { cause: error });
    }
  }
  checkBlock(block);
  return { inputs, decoded, refused: inputs - decoded };
}

/** False when the body was refused. */
function storeBody(body: Uint8Array, block: TelemetryBlock): boolean {
  const oldest = BigInt(OLDEST_MS) * 1_000_000n;
  const context = {
    source: 'fuzz',
    received: (BigInt(NOW_MS) * 1_000_000n) as UnixNanos,
    meta: {},
    expiredBefore: { logs: oldest, spans: oldest, metrics: oldest },
  };
  const marks = markBlock(block);
  const before = block.rows;
  try {
    const { counts } = remoteWriteFrame.decode(body, context, block);
    const { received, stored, refused, expired } = counts;
    if (received !== stored + refused + expired) throw new Error(`the rows do not add up: ${JSON.stringify(counts)}`);
    if (stored !== block.rows - before) throw new Error(`${stored} rows are told, ${block.rows - before} are there`);
    return true;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    cutBack(block, marks);
    return false;
  }
}

function checkBlock(block: TelemetryBlock): void {
  checkSound(block);
  for (const { time, rows } of [block.samples, block.exemplars]) {
    for (let row = 0; row < rows; row++) {
      const millis = Number(time.get(row));
      if (millis < OLDEST_MS || millis > NOW_MS + 600_000) throw new Error(`a row has the time ${millis}`);
    }
  }
}

/** A decoder, and the labels of its series by their numbers. */
class Reading {
  readonly #decoder = new RemoteWriteDecoder();
  readonly #labels: string[] = [];

  /** Everything that a message says, as text. */
  read(message: Uint8Array): string {
    const result = this.#decoder.decodeUnpacked(message);
    // The place that the error names is only near the fault.
    if (!result.ok) return 'malformed';
    const { newSeries, ...request } = result.value;
    for (const { seriesId, labels, problem } of newSeries)
      this.#labels[seriesId] = JSON.stringify([labels.flat, problem]);
    return this.#show(request);
  }

  #show(request: Omit<WriteRequest, 'newSeries'>): string {
    const { count, seriesIds, times, values, exemplars, metadata, rejectedSamples, skippedHistograms } = request;
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    const rows = Array.from({ length: count }, (_, i) => `${this.#labels[seriesIds[i]!]} ${times[i]} ${bits[i]}`);
    const taken = exemplars.map((one) => [
      this.#labels[one.seriesId],
      one.labels.flat,
      String(one.value),
      one.timestampMs,
    ]);
    return JSON.stringify([rows, taken, metadata, rejectedSamples, skippedHistograms]);
  }
}
