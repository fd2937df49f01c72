import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RemoteWriteDecoder, type WriteRequest } from './decode.ts';
import {
  encodeExemplar,
  encodeLabel,
  encodeMetadata,
  encodeSample,
  encodeSeries,
  packSnappy,
  type WrittenSeries,
} from './encode.case.ts';
import { SnappyReader } from './snappy.ts';

const LIMIT = 1 << 20;

function decode(decoder: RemoteWriteDecoder, message: readonly number[]): WriteRequest {
  const result = decoder.decode(packSnappy(Uint8Array.from(message)), LIMIT);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Samples as [series, time, value], the labels of new series as text. */
function show(request: WriteRequest): { samples: [number, number, number][]; labels: string[] } {
  const samples: [number, number, number][] = [];
  for (let i = 0; i < request.count; i++)
    samples.push([request.seriesIds[i] ?? 0, request.times[i] ?? 0, request.values[i] ?? 0]);
  const labels = request.newSeries.map(({ seriesId, labels: own, problem }) => {
    const text = [...own].map((pair) => pair.join('=')).join();
    return `${seriesId} ${text}${problem === undefined ? '' : `: ${problem}`}`;
  });
  return { samples, labels };
}

const up = (job: string, ...values: number[]): WrittenSeries => ({
  labels: [
    ['__name__', 'up'],
    ['job', job],
  ],
  samples: values.map((value, i) => ({ timeMs: i * 1000, value })),
});

test('reads series, samples and special numbers', () => {
  const decoder = new RemoteWriteDecoder();
  const odd = {
    labels: up('中文').labels,
    samples: [
      { timeMs: -5, value: -0 },
      { timeMs: 1_795_250_000_123, value: NaN },
      { timeMs: 2 ** 52, value: Infinity },
    ],
  };
  const { samples, labels } = show(decode(decoder, [...encodeSeries(up('a', 1, 2.5)), ...encodeSeries(odd)]));
  expect(labels).toEqual(['0 __name__=up,job=a', '1 __name__=up,job=中文']);
  expect(samples).toEqual([
    [0, 0, 1],
    [0, 1000, 2.5],
    [1, -5, -0],
    [1, 1_795_250_000_123, NaN],
    [1, 2 ** 52, Infinity],
  ]);
});

test('stale markers keep their bits', () => {
  const message = encodeSeries({ labels: up('a').labels, samples: [{ timeMs: 1, value: 0, isStale: true }] });
  const { values } = decode(new RemoteWriteDecoder(), message);
  expect(new BigUint64Array(values.buffer, 0, 1)[0]).toBe(0x7ff0000000000002n);
});

test('knows series again, in any order, and tells new ones', () => {
  const decoder = new RemoteWriteDecoder();
  const request = (...jobs: string[]): number[] => jobs.flatMap((job) => encodeSeries(up(job, 7)));
  expect(show(decode(decoder, request('a', 'b', 'c'))).labels).toHaveLength(3);
  const f = (jobs: string[], ids: number[], added: string[] = []): void => {
    const { samples, labels } = show(decode(decoder, request(...jobs)));
    expect(samples.map(([id]) => id)).toEqual(ids);
    expect(labels).toEqual(added);
  };
  f(['a', 'b', 'c'], [0, 1, 2]);
  f(['c', 'a', 'b'], [2, 0, 1]);
  f(['a', 'new', 'b'], [0, 3, 1], ['3 __name__=up,job=new']);
  f(['a', 'new', 'b', 'c'], [0, 3, 1, 2]);
  expect(decoder.knownSeries).toBe(4);
});

test('labels that go on behind those that were foreseen are another series', () => {
  const decoder = new RemoteWriteDecoder();
  decode(decoder, encodeSeries(up('a', 1)));
  const longer = { ...up('a', 1), labels: [...up('a').labels, ['x', '1'] as const] };
  expect(show(decode(decoder, encodeSeries(longer))).labels).toEqual(['1 __name__=up,job=a,x=1']);
});

test('labels in pieces, unknown fields and fields in another order are read', () => {
  const [name, job] = up('a').labels.map(encodeLabel);
  const body = [...(name ?? []), ...encodeSample({ timeMs: 5, value: 3 }), 0x78, 1, ...(job ?? [])];
  const message = [0x0a, body.length, ...body];
  const decoder = new RemoteWriteDecoder();
  expect(show(decode(decoder, [0x55, 1, 2, 3, 4, ...message]))).toEqual({
    samples: [[0, 5, 3]],
    labels: ['0 __name__=up,job=a'],
  });
  expect(show(decode(decoder, message)).samples).toEqual([[0, 5, 3]]);
});

test('exemplars, metadata and native histograms', () => {
  const exemplar = encodeExemplar([['trace_id', 'abc']], 0.5, 7);
  const histogram = [0x22, 2, 0x08, 1];
  const message = [
    ...encodeSeries(up('a', 1), [...exemplar, ...histogram]),
    ...encodeMetadata('up', 2, '是否在线', 'x'),
  ];
  const request = decode(new RemoteWriteDecoder(), message);
  expect(request.exemplars.map(({ labels, ...rest }) => ({ ...rest, trace: labels.get('trace_id') }))).toEqual([
    { seriesId: 0, value: 0.5, timestampMs: 7, trace: 'abc' },
  ]);
  expect(request.metadata).toEqual([{ metric: 'up', type: 2, help: '是否在线', unit: 'x' }]);
  expect(request.skippedHistograms).toBe(1);
});

test('a series with impossible labels is refused, the others are not', () => {
  const bad = (...labels: [string, string][]): number[] => encodeSeries({ labels, samples: [{ timeMs: 1, value: 1 }] });
  const message = [
    ...bad(['job', 'a']),
    ...bad(['__name__', 'a'], ['x', '1'], ['x', '2']),
    ...bad(['__name__', 'a'], ['', '1']),
    ...encodeSeries(up('good', 4)),
  ];
  const decoder = new RemoteWriteDecoder();
  const request = decode(decoder, message);
  expect(show(request)).toEqual({
    samples: [[3, 0, 4]],
    labels: [
      '0 job=a: the series has no metric name',
      '1 __name__=a,x=2: the label name "x" stands twice',
      '2 =1,__name__=a: a label has an empty name',
      '3 __name__=up,job=good',
    ],
  });
  expect(request.rejectedSamples).toBe(3);
  expect(decode(decoder, message).rejectedSamples).toBe(3);
});

test('what was written is read, whatever it is', () => {
  const label = fc.tuple(fc.constantFrom('job', 'zone', 'x'), fc.string({ maxLength: 5, minLength: 1 }));
  const sample = fc.record({ timeMs: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), value: fc.double() });
  const one = fc.record({
    labels: fc.uniqueArray(label, { selector: ([name]) => name }),
    samples: fc.array(sample, { maxLength: 4 }),
  });
  const decoder = new RemoteWriteDecoder();
  const keys: string[] = [];
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (series) => {
      const named = series.map(({ labels, samples }) => ({ labels: [['__name__', 'm'] as const, ...labels], samples }));
      const request = decode(
        decoder,
        named.flatMap((each) => encodeSeries(each)),
      );
      for (const { seriesId, labels } of request.newSeries) keys[seriesId] = JSON.stringify([...labels]);
      const expected = named.flatMap(({ labels, samples }) => {
        const key = JSON.stringify(labels.toSorted(([left], [right]) => (left < right ? -1 : 1)));
        return samples.map(({ timeMs, value }) => [key, timeMs, value]);
      });
      expect(show(request).samples.map(([id, timeMs, value]) => [keys[id], timeMs, value])).toEqual(expected);
    }),
  );
});

test('labels without name and value are labels like others', () => {
  const decoder = new RemoteWriteDecoder();
  const nameless = (...labels: number[]): number[] => [0x0a, labels.length, ...labels];
  for (const labels of [nameless(0x0a, 0x00), nameless(0x0a, 0x00, 0x0a, 0x00), nameless()])
    for (let round = 0; round < 3; round++) expect(decoder.decodeUnpacked(Uint8Array.from(labels)).ok).toBe(true);
});

test('broken bodies are refused and never throw', () => {
  const decoder = new RemoteWriteDecoder();
  const good = packSnappy(Uint8Array.from(encodeSeries(up('a', 1, 2, 3), encodeExemplar([['a', 'b']], 1, 2))));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const body = good.slice();
      body[at] = byte;
      decoder.decode(body, LIMIT);
    }),
  );
  for (let cut = 0; cut < good.length; cut++) expect(decoder.decode(good.subarray(0, cut), LIMIT).ok).toBe(false);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decoder.decode(bytes, LIMIT)));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decoder.decodeUnpacked(bytes)));
  const large = decoder.decode(Uint8Array.of(0xff, 0xff, 0xff, 0x7f), LIMIT);
  expect(large.ok ? '' : large.error).toContain('more than the limit');
});

test('what a broken request taught does not break a good one', () => {
  const decoder = new RemoteWriteDecoder();
  const good = encodeSeries(up('a', 1));
  const expected = show(decode(decoder, good)).samples;
  for (let cut = 1; cut < good.length - 2; cut++) {
    const fresh = new RemoteWriteDecoder();
    // The message ends inside a label, and says so: the series' own length is right.
    const part = [0x0a, cut, ...good.slice(2, cut + 2)];
    fresh.decodeUnpacked(Uint8Array.from(part));
    expect(show(decode(fresh, good)).samples.map(([, ...rest]) => rest)).toEqual(expected.map(([, ...rest]) => rest));
  }
});

test('labels behind the samples make it another series, also when the labels before them are expected', () => {
  const decoder = new RemoteWriteDecoder();
  decode(decoder, encodeSeries(up('a', 1)));
  const apart = encodeSeries(up('a', 1, 2), encodeLabel(['zone', 'x']));
  for (let round = 0; round < 2; round++) {
    const { samples } = show(decode(decoder, [...apart, ...encodeSeries(up('a', 3))]));
    expect(samples).toEqual([
      [1, 0, 1],
      [1, 1000, 2],
      [0, 0, 3],
    ]);
  }
});

test('series that were met in a refused request are reported with the next', () => {
  const decoder = new RemoteWriteDecoder();
  const broken = Uint8Array.from([...encodeSeries(up('a', 1)), 0x0a, 0x7f]);
  expect(decoder.decodeUnpacked(broken).ok).toBe(false);
  expect(show(decode(decoder, encodeSeries(up('a', 1)))).labels).toEqual(['0 __name__=up,job=a']);
  expect(show(decode(decoder, encodeSeries(up('a', 1)))).labels).toEqual([]);
});

test('snappy blocks with copies of every kind are unpacked', () => {
  const reader = new SnappyReader();
  for (const period of [1, 2, 3, 7, 8, 9, 100, 2047, 2048, 70_000]) {
    const bytes = Uint8Array.from({ length: period * 2 + 500 }, (_, i) => ((i % period) * 31) & 255);
    const packed = packSnappy(bytes, period);
    const unpacked = reader.read(packed, LIMIT);
    expect(unpacked.ok && Buffer.compare(unpacked.value, bytes), `period ${period}`).toBe(0);
  }
});
