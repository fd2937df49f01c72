// Fuzzing of the OTLP decoders: mutated real payloads (what the Python SDK sent, in test/data/otlp), mutated random requests in both
// encodings, and plain random bytes. Whatever comes, a decoder stores rows or throws a CodedError, and the block stays sound.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { CodedError } from '../../src/base/coded-error.ts';
import { otlpFrameKinds } from '../../src/ingest/otlp/frame-kinds.ts';
import type { UnixNanos } from '../../src/model/units.ts';
import { checkSound } from './check-sound.ts';
import { cutBack, markBlock } from './memory-intake.ts';
import { arbitraryRequest } from './otlp-arbitrary.ts';
import { encodeExport } from './otlp-encoder.ts';

const DATA = join(import.meta.dirname, '../data/otlp');
const NOW = 1_795_260_000_000_000_000n as UnixNanos;
const signals = ['logs', 'traces', 'metrics'] as const;
const MAX_BLOCK_ROWS = 5000;
const SOUND_EVERY = 64;

/** Counts of a run. */
export interface FuzzReport {
  readonly inputs: number;
  readonly decoded: number;
  readonly refused: number;
  readonly rows: number;
  /** The longest that one input took, ms. */
  readonly slowest: number;
}

/** A small generator that a seed repeats: xorshift of 32 bits. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }
}

function makeCorpus(seed: number): ReadonlyMap<string, readonly Uint8Array[]> {
  const corpus = new Map<string, Uint8Array[]>(otlpFrameKinds.map(({ name }) => [name, []]));
  for (const file of readdirSync(DATA))
    corpus.get(`otlp-${file.split('-')[0]}-protobuf`)!.push(readFileSync(join(DATA, file)));
  for (const signal of signals) {
    for (const request of fc.sample(arbitraryRequest(signal, NOW), { numRuns: 60, seed })) {
      corpus.get(`otlp-${signal}-protobuf`)!.push(encodeExport(signal, request));
      corpus.get(`otlp-${signal}-json`)!.push(Buffer.from(JSON.stringify(request)));
    }
  }
  return corpus;
}

const interesting = [
  0, 1, 2, 7, 8, 9, 10, 11, 12, 0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x7f, 0x80, 0xff, 0x5b, 0x7b, 0x22, 0x5c, 0x2c,
];

function splice(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + inserted.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(rest, at + inserted.length);
  return result;
}

const NOTHING = new Uint8Array(0);

function mutate(original: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(original);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(bytes.length + 1);
    const size = random.below(16);
    const kind = random.below(8);
    if (kind === 0 && bytes.length > 0) bytes[at % bytes.length]! ^= 1 << random.below(8);
    else if (kind === 1) bytes = bytes.slice(0, at);
    else if (kind === 2) bytes = splice(bytes, at, size, NOTHING);
    else if (kind === 3)
      bytes = splice(
        bytes,
        at,
        0,
        Uint8Array.from({ length: size }, () => random.below(256)),
      );
    else if (kind === 4) bytes = splice(bytes, at, 0, bytes.subarray(at, at + size * 4));
    else if (kind === 5) {
      const from = random.below(other.length + 1);
      bytes = splice(bytes, at, size, other.subarray(from, from + random.below(64)));
    } else if (bytes.length > 0) bytes[at % bytes.length] = interesting[random.below(interesting.length)]!;
  }
  return bytes;
}

/** Decodes `inputs` mutated bodies; throws at the first that breaks a promise, saying how to repeat it. */
export function fuzzOtlp(inputs: number, seed: number): FuzzReport {
  const random = new Random(seed);
  const corpus = makeCorpus(seed);
  const block = new TelemetryBlock();
  const before = NOW - 86_400_000_000_000n * 30n;
  const context = {
    source: 'fuzz',
    received: NOW,
    meta: {},
    expiredBefore: { logs: before, spans: before, metrics: before },
  };
  let decoded = 0;
  let refused = 0;
  let rows = 0;
  let slowest = 0;
  for (let i = 0; i < inputs; i++) {
    const kind = otlpFrameKinds[random.below(otlpFrameKinds.length)]!;
    const bodies = corpus.get(kind.name)!;
    const body =
      random.below(20) === 0
        ? Uint8Array.from({ length: random.below(64) }, () => random.below(256))
        : mutate(bodies[random.below(bodies.length)]!, bodies[random.below(bodies.length)]!, random);
    const marks = markBlock(block);
    const start = performance.now();
    try {
      rows += kind.decode(body, context, block).counts.stored;
      decoded++;
    } catch (error) {
      if (!(error instanceof CodedError)) {
        throw new Error(`seed ${seed}, input ${i}, ${kind.name}: ${Buffer.from(body).toString('hex')}`, {
          cause: error,
        });
      }
      refused++;
      cutBack(block, marks);
      if (markBlock(block).join() !== marks.join())
        throw new Error(`seed ${seed}, input ${i}: the block was not cut back`);
    }
    slowest = Math.max(slowest, performance.now() - start);
    if (i % SOUND_EVERY === 0) checkSound(block);
    if (block.rows > MAX_BLOCK_ROWS) block.clear();
  }
  checkSound(block);
  return { inputs, decoded, refused, rows, slowest };
}
