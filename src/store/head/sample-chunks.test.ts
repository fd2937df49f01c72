import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSpace, SampleChunks } from './sample-chunks.ts';
import { SharedTimes } from './shared-times.ts';

const bits = new DataView(new ArrayBuffer(8));

function append(chunks: SampleChunks, series: number, time: number, value: number): void {
  bits.setFloat64(0, value, true);
  chunks.append(series, time, bits.getInt32(0, true), bits.getInt32(4, true));
}

function read(chunks: SampleChunks, series: number, from: number, to: number): [number, number][] {
  let space = makeSpace(0);
  const count = chunks.read(series, from, to, (most) => ({ space: (space = makeSpace(most)), at: 0, timesAt: 0 }));
  return Array.from({ length: count }, (_, i) => [space.times[i]!, space.values[i]!]);
}

test('whatever comes in whatever order is read ordered, of equal times the larger value; nothing behind the floor is lost', () => {
  const sample = fc.record({
    series: fc.nat(6),
    // Some lie months apart, so that a chunk cannot hold both.
    time: fc.oneof(
      { weight: 9, arbitrary: fc.nat(500) },
      { weight: 1, arbitrary: fc.constantFrom(9e9, -9e9, 2 ** 31) },
    ),
    value: fc.integer({ min: -50, max: 50 }),
  });
  const range = fc.tuple(fc.integer({ min: -600, max: 600 }), fc.nat(600));
  fc.assert(
    fc.property(
      fc.array(fc.array(sample, { maxLength: 400 }), { maxLength: 4 }),
      fc.constantFrom(100, 400, 1_000_000),
      fc.array(range, { minLength: 1, maxLength: 4 }),
      (batches, maxSamples, ranges) => {
        const chunks = new SampleChunks(maxSamples);
        const model = new Map<number, Map<number, number>>();
        for (const batch of batches) {
          for (const { series, time, value } of batch) {
            append(chunks, series, time, value);
            const own = model.get(series) ?? new Map<number, number>();
            model.set(series, own.set(time, Math.max(own.get(time) ?? -Infinity, value)));
          }
          chunks.evict();
          for (const [from, length] of ranges) {
            for (let series = 0; series < 7; series++) {
              const start = Math.max(from, chunks.floorMs);
              const expected = [...(model.get(series) ?? [])]
                .filter(([time]) => time >= start && time <= start + length)
                .toSorted(([a], [b]) => a - b);
              expect(read(chunks, series, start, start + length)).toEqual(expected);
            }
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('times that series share are the same as if each had its own, also around gaps and changes of pace', () => {
  // Stretches of samples that are equally far apart, with a pause in between.
  const stretch = fc.record({
    distance: fc.constantFrom(1, 10, 10, 15),
    count: fc.constantFrom(1, 2, 3, 4, 5, 60, 200),
    pause: fc.constantFrom(0, 10, 25),
  });
  const bound = fc.integer({ min: -20, max: 3000 });
  fc.assert(
    fc.property(
      fc.array(fc.array(stretch, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(bound, bound), { minLength: 1, maxLength: 5 }),
      (patterns, ranges) => {
        const chunks = new SampleChunks(1_000_000);
        const all = [...patterns, ...patterns].map((stretches) => {
          let time = 0;
          return stretches.flatMap(({ distance, count, pause }) => {
            const times = Array.from({ length: count }, (_, i) => time + i * distance);
            time = times.at(-1)! + distance + pause;
            return times;
          });
        });
        all.forEach((times, series) => times.forEach((time, i) => append(chunks, series, time, i)));
        for (const [from, to] of ranges) {
          const shared = new SharedTimes();
          all.forEach((times, series) => {
            let space = makeSpace(0);
            const reserve = (most: number) => ({ space: (space = makeSpace(most)), at: 0, timesAt: 0 });
            const count = chunks.read(series, from, to, reserve, shared);
            const own = count === 0 ? [] : (chunks.knownTimes ?? shared.keep(space.times.slice(0, count)));
            expect([...own]).toEqual(times.filter((time) => time >= from && time <= to));
          });
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('memory stays within its bound while samples go on coming', () => {
  const chunks = new SampleChunks(50_000);
  for (let step = 0; step < 2000; step++) {
    for (let series = 0; series < 100; series++) append(chunks, series, step * 15_000, step);
    chunks.evict();
  }
  expect(chunks.bytes).toBeLessThan(50_000 * 14 + 2_000_000);
  expect(chunks.floorMs).toBeGreaterThan(1000 * 15_000);
  expect(read(chunks, 7, 1990 * 15_000, Infinity)).toHaveLength(10);
});

test('a series with few samples takes little', () => {
  const chunks = new SampleChunks(16_000_000);
  const series = 100_000;
  for (let step = 0; step < 3; step++) for (let one = 0; one < series; one++) append(chunks, one, step * 15_000, step);
  // 68 of the chunk, 29 of what is known of its newest one, in arrays that double.
  expect(chunks.bytes / series).toBeLessThan(68 + 1.5 * 29 + 8);
});
