import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import type { QueryData } from '../../query/promql/query.ts';
import { ByteWriter } from './byte-writer.ts';
import { expectBytes, showLabelObject, showSeconds, showValue, writeQueryData } from './write-data.ts';

function write(data: QueryData, reserved: number): string {
  const out = new ByteWriter(reserved);
  writeQueryData(data, out);
  return out.written().toString();
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '"', '\\', '\n', '\u007f', '结账', '😀', '\ud800', 'a'.repeat(5000), '\0'.repeat(2000)),
);
const labels = fc.dictionary(text, text, { maxKeys: 4 }).map((given) => Labels.from(given));
const time = fc.integer({ min: -2e12, max: 2e12 });
const samples = (length: { minLength?: number; maxLength: number }) =>
  fc.array(fc.record({ labels, points: fc.array(fc.tuple(time, fc.double()), length) }), { maxLength: 6 }).map((all) =>
    all.map((one) => ({
      labels: one.labels,
      times: Float64Array.from(one.points, ([ms]) => ms),
      values: Float64Array.from(one.points, ([, value]) => value),
    })),
  );

test('series of any labels and times are written as JSON has them, with room or without', () => {
  const one = samples({ minLength: 1, maxLength: 1 }).map((series): QueryData => ({ type: 'vector', series }));
  const many = samples({ maxLength: 20 }).map((series): QueryData => ({ type: 'matrix', series }));
  fc.assert(
    fc.property(fc.oneof(one, many), (data) => {
      if (data.type !== 'vector' && data.type !== 'matrix') return;
      const shown = data.series.map((series) => {
        const points = Array.from(series.times, (ms, i) => `[${showSeconds(ms)},"${showValue(series.values[i]!)}"]`);
        const metric = showLabelObject(series.labels);
        return data.type === 'vector'
          ? `{"metric":${metric},"value":${points[0]}}`
          : `{"metric":${metric},"values":[${points.join(',')}]}`;
      });
      const expected = `"resultType":"${data.type}","result":[${shown.join(',')}]`;
      expect(write(data, expectBytes(data))).toBe(expected);
      expect(write(data, 0)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
