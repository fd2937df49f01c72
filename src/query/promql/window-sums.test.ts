import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeKahanMean, computeKahanSum } from './kahan.ts';
import { SeriesWalk } from './series-walk.ts';
import { walkWindowSums } from './window-sums.ts';

const STEPS = 20;

test('sums and means of windows are bit for bit those of their samples, whole numbers or not', () => {
  const whole = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -0, 2 ** 53, 2 ** 60));
  const any = fc.oneof(whole, fc.double());
  const series = fc.oneof(fc.array(whole, { maxLength: 30 }), fc.array(any, { maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(series, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 12 }), (all, rangeMs) => {
      for (const isMean of [false, true]) {
        const [results, present] = [new Float64Array(STEPS), new Uint8Array(STEPS)];
        const walk = new SeriesWalk({ firstEndMs: 0, advanceMs: 1, steps: STEPS, rangeMs }, results, present);
        for (const one of all) {
          const values = Float64Array.from(one);
          present.fill(0);
          walk.take(
            values.map((_, at) => at),
            values,
            0,
          );
          walkWindowSums(walk, isMean);
          for (let end = 0; end < STEPS; end++) {
            const [from, to] = [Math.max(0, end - rangeMs + 1), Math.min(end + 1, values.length)];
            expect(present[end]).toBe(Number(from < to));
            const compute = isMean ? computeKahanMean : computeKahanSum;
            if (from < to) expect(results[end]).toBe(compute(values, from, to));
          }
        }
      }
    }),
  );
});
