import { expect, test } from 'vitest';
import { formatMark, roundMarks } from './duration-scale.ts';

test.each([
  [1.89e9, ['0', '500 ms', '1 s', '1.5 s']],
  [14.7e6, ['0', '5 ms', '10 ms']],
  [546e3, ['0', '200 µs', '400 µs']],
  [90e9, ['0', '50 s']],
  [3, ['0', '1 ns', '2 ns', '3 ns']],
  [0, ['0']],
])('a scale of %d ns', (duration, marks) => {
  expect(roundMarks(duration, 4).map(formatMark)).toEqual(marks);
});

test('powers of ten stay round', () => {
  expect([1e3, 1e6, 1e8, 1e9, 1e10, 1e11].map(formatMark)).toEqual(['1 µs', '1 ms', '100 ms', '1 s', '10 s', '100 s']);
});
