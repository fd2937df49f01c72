// Samples as the engine answers them, ordered by (metric, series, time), cut into one run a series.
import { mergeEqualTimes } from '../../model/equal-times.ts';

/** The samples of one series. */
export interface SampleRun {
  readonly series: bigint;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

const HIGH_WORD = 2 ** 32;

/** 64-bit milliseconds as numbers. */
function toNumbers(column: BigInt64Array): Float64Array {
  const words = new Int32Array(column.buffer, column.byteOffset, column.length * 2);
  const numbers = new Float64Array(column.length);
  for (let at = 0; at < numbers.length; at++)
    numbers[at] = (words[at * 2 + 1] as number) * HIGH_WORD + ((words[at * 2] as number) >>> 0);
  return numbers;
}

/** Calls `visit` for each series; samples of equal times are merged. The arrays are parts of the columns. */
export function cutRuns(
  series: BigUint64Array,
  time: BigInt64Array,
  values: Float64Array,
  visit: (run: SampleRun) => void,
): void {
  const times = toNumbers(time);
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const ids = new Int32Array(series.buffer, series.byteOffset, series.length * 2);
  const count = times.length;
  for (let from = 0, to = 0; from < count; from = to) {
    const [low, high] = [ids[from * 2], ids[from * 2 + 1]];
    let repeats = false;
    for (to = from + 1; to < count && ids[to * 2] === low && ids[to * 2 + 1] === high; to++)
      repeats ||= times[to] === times[to - 1];
    const own = { times: times.subarray(from, to), values: values.subarray(from, to) };
    const kept = repeats
      ? mergeEqualTimes(own.times, words.subarray(from * 2, to * 2), own.values, to - from)
      : to - from;
    visit({
      series: series[from]!,
      times: own.times.subarray(0, kept),
      values: own.values.subarray(0, kept),
    });
  }
}
