// Round marks on a scale of durations.

const UNITS: readonly (readonly [nanos: number, unit: string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

/** A round duration without idle zeros: 0, 10 ms, 1.5 s, 100 s. */
export function formatMark(nanos: number): string {
  if (nanos === 0) return '0';
  const [size, unit] = UNITS.find(([least]) => nanos >= least) ?? [1, 'ns'];
  return `${Number((nanos / size).toPrecision(6))} ${unit}`;
}

/** Marks from 0 up to `duration` at a step of 1, 2 or 5 times a power of ten, at most `most` of them beside the 0. */
export function roundMarks(duration: number, most: number): readonly number[] {
  if (!(duration > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(duration / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => duration / size <= most) ?? duration;
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
}
