// The frame kind `remote-write`: the body of a remote-write request 1.0 as it came, packed with snappy.
// Samples are stored as they were sent: in any order, repeated, stale markers bit for bit. Only what lies outside of the accepted
// window is refused, as Prometheus refuses it.
import { codedError } from '../../base/coded-error.ts';
import { RemoteWriteDecoder, type WriteRequest } from '../../formats/remote-write/decode.ts';
import { classCutoffs } from '../../model/metric-classes.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { DecodeContext, DecodeOutcome, FrameKind } from '../intake.ts';
import { remoteWriteErrors } from './errors.ts';
import { WrittenSeries } from './written-series.ts';

/** A body unpacked; Prometheus' receiver has the same bound. */
export const MAX_UNPACKED_BYTES = 32 << 20;
/** Series whose labels are remembered. */
const MAX_KNOWN_SERIES = 4_000_000;
/** A sample's time may be at most this far ahead (ms), as in Prometheus' storage/remote/write_handler.go. */
const MAX_AHEAD_MS = 600_000;
const DAY_MS = 86_400_000;
const NAMED_PROBLEMS = 5;

/** Types as protobuf numbers them (prompb/types.proto). */
const types = ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'];

interface Memory {
  readonly decoder: RemoteWriteDecoder;
  readonly series: WrittenSeries;
}

function newMemory(): Memory {
  const decoder = new RemoteWriteDecoder();
  return { decoder, series: new WrittenSeries(decoder) };
}

// Only makes decoding faster: what a frame becomes does not depend on it.
let memory = newMemory();
let metrics = new Int32Array(4096);
let fingerprints = new Int32Array(8192);
let retentions = new Uint8Array(4096);

/** The times (ms) that are kept. */
interface Window {
  /** By retention class. */
  readonly oldest: readonly number[];
  readonly newest: number;
}

function windowOf({ expiredBefore, received }: DecodeContext): Window {
  const receivedMs = Number(received / 1_000_000n);
  const oldest = classCutoffs(Number(expiredBefore.metrics / 1_000_000n), receivedMs);
  return { oldest, newest: receivedMs + MAX_AHEAD_MS };
}

interface Tally {
  expired: number;
  early: number;
  /** Exemplars from another time than is kept. The sender is not told: Prometheus says nothing either of one that it leaves out. */
  expiredExemplars: number;
  earlyExemplars: number;
  /** Of new series beyond the budget of their metric, and those metrics. */
  overBudget: number;
  readonly full: Set<string>;
  /** Series that it concerns, as they are named to the sender. */
  readonly problems: string[];
}

/** Moves what is to be stored to the front of the request's columns; returns how many samples that are. */
function placeSamples(request: WriteRequest, context: DecodeContext, block: TelemetryBlock, tally: Tally): number {
  const { series } = memory;
  const { count, seriesIds, times, values } = request;
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const { admission, classes } = context;
  const { oldest, newest } = windowOf(context);
  if (metrics.length < count) {
    metrics = new Int32Array(count * 2);
    fingerprints = new Int32Array(count * 4);
    retentions = new Uint8Array(count * 2);
  }
  let kept = 0;
  let lastEarly = -1;
  for (let i = 0; i < count; i++) {
    const id = seriesIds[i] as number;
    const time = times[i] as number;
    const retention = classes === undefined ? 0 : classes.of(series.nameOf(id));
    if (time < oldest[retention]!) {
      tally.expired++;
      continue;
    }
    if (time > newest) {
      tally.early++;
      if (id !== lastEarly && tally.problems.length < NAMED_PROBLEMS)
        tally.problems.push(
          `${series.nameOf(id)}: a sample lies ${Math.round((time - newest) / 1000 + 600)} s in the future`,
        );
      lastEarly = id;
      continue;
    }
    const day = Math.floor(time / DAY_MS);
    if (!series.isPlaced(id, block.series.generation, day) && !series.place(block, id, day, retention, admission)) {
      tally.overBudget++;
      tally.full.add(series.nameOf(id));
      continue;
    }
    retentions[kept] = retention;
    metrics[kept] = series.metrics[id] as number;
    fingerprints[kept * 2] = series.fingerprints[id * 2] as number;
    fingerprints[kept * 2 + 1] = series.fingerprints[id * 2 + 1] as number;
    if (kept !== i) {
      times[kept] = time;
      words[kept * 2] = words[i * 2] as number;
      words[kept * 2 + 1] = words[i * 2 + 1] as number;
    }
    kept++;
  }
  block.samples.pushMany(kept, metrics, fingerprints, times, values, words, retentions);
  return kept;
}

function pushHex(
  column: { pushBytes(source: Uint8Array, start: number): void; pushZero(): void; width: number },
  text: string,
): void {
  if (text.length !== column.width * 2 || !/^[0-9a-f]+$/i.test(text)) return column.pushZero();
  column.pushBytes(
    Uint8Array.from({ length: column.width }, (_, i) => Number.parseInt(text.slice(i * 2, i * 2 + 2), 16)),
    0,
  );
}

/** Returns how many came; those of series that are refused do not count. */
function placeExemplars(
  { exemplars: written }: WriteRequest,
  context: DecodeContext,
  block: TelemetryBlock,
  tally: Tally,
): number {
  const { exemplars, series } = block;
  const { admission, classes } = context;
  const { oldest, newest } = windowOf(context);
  let came = 0;
  for (const { seriesId, labels, value, timestampMs } of written) {
    if (memory.series.problems.has(seriesId)) continue;
    came++;
    const day = Math.floor(timestampMs / DAY_MS);
    const retention = classes?.of(memory.series.nameOf(seriesId)) ?? 0;
    if (timestampMs < oldest[retention]! || timestampMs > newest) {
      if (timestampMs > newest) tally.earlyExemplars++;
      else tally.expiredExemplars++;
      continue;
    }
    if (
      !memory.series.isPlaced(seriesId, series.generation, day) &&
      !memory.series.place(block, seriesId, day, retention, admission)
    ) {
      tally.overBudget++;
      tally.full.add(memory.series.nameOf(seriesId));
      continue;
    }
    exemplars.metric.push(memory.series.nameOf(seriesId));
    exemplars.series.push(memory.series.fingerprint(seriesId));
    exemplars.time.pushNumber(timestampMs);
    exemplars.value.push(value);
    pushHex(exemplars.traceId, labels.get('trace_id'));
    pushHex(exemplars.spanId, labels.get('span_id'));
    for (const [name, text] of labels) {
      exemplars.labels.keys.push(name);
      exemplars.labels.values.push(text);
    }
    exemplars.labels.closeRow();
    exemplars.retention.push(retention);
    exemplars.closeRow();
  }
  return came;
}

function placeMetadata({ metadata: written }: WriteRequest, receivedMs: number, { metadata }: TelemetryBlock): void {
  for (const { metric, type, help, unit } of written) {
    metadata.metric.push(metric);
    metadata.type.push(types[type] ?? 'unknown');
    metadata.unit.push(unit);
    metadata.help.push(help);
    metadata.time.pushNumber(receivedMs);
    metadata.closeRow();
  }
}

function nameSome(metrics: ReadonlySet<string>): string {
  const more = metrics.size - NAMED_PROBLEMS;
  return `${[...metrics].slice(0, NAMED_PROBLEMS).join(', ')}${more > 0 ? ` and ${more} more metrics` : ''}`;
}

function decode(body: Uint8Array, context: DecodeContext, block: TelemetryBlock): DecodeOutcome {
  if (memory.decoder.knownSeries > MAX_KNOWN_SERIES) memory = newMemory();
  const decoded = memory.decoder.decode(body, MAX_UNPACKED_BYTES);
  if (!decoded.ok) throw codedError(remoteWriteErrors, 'REMOTE_WRITE_BODY', decoded.error);
  const request = decoded.value;
  for (const one of request.newSeries) memory.series.learn(one);
  const tally: Tally = {
    expired: 0,
    early: 0,
    expiredExemplars: 0,
    earlyExemplars: 0,
    overBudget: 0,
    full: new Set(),
    problems: [],
  };
  for (const { seriesId, problem } of request.newSeries)
    if (problem !== undefined && tally.problems.length < NAMED_PROBLEMS)
      tally.problems.push(memory.series.problems.get(seriesId)!);
  const stored = placeSamples(request, context, block, tally);
  const exemplarsBefore = block.exemplars.rows;
  const exemplarsCame = placeExemplars(request, context, block, tally);
  placeMetadata(request, Number(context.received / 1_000_000n), block);
  const { rejectedSamples, skippedHistograms, count } = request;
  const { expired, early, overBudget, full, problems } = tally;
  const refused = rejectedSamples + skippedHistograms + early + tally.earlyExemplars + overBudget;
  const reasons = [
    rejectedSamples > 0 ? `${rejectedSamples} samples of series with impossible labels` : '',
    early > 0 ? `${early} samples more than 10 minutes in the future` : '',
    overBudget > 0 ? `${overBudget} samples of new series beyond the budget of ${nameSome(full)}` : '',
    expired > 0 ? `${expired} samples older than the retention` : '',
    skippedHistograms > 0 ? `${skippedHistograms} native histograms, which are not stored` : '',
  ].filter((reason) => reason !== '');
  const message = reasons.length === 0 ? {} : { message: `refused: ${[...reasons, ...problems].join('; ')}` };
  return {
    counts: {
      received: count + rejectedSamples + skippedHistograms + exemplarsCame,
      stored: stored + block.exemplars.rows - exemplarsBefore,
      quarantined: 0,
      refused,
      expired: expired + tally.expiredExemplars,
      sampledAway: 0,
      clamped: 0,
    },
    quarantine: problems.map((reason) => ({ reason, sample: '' })),
    ...message,
  };
}

export const remoteWriteFrame: FrameKind = { name: 'remote-write', decode };
