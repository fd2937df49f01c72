import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCivilTime } from './civil-time.ts';

test('agrees with the platform’s calendar where that has one', () => {
  fc.assert(
    fc.property(fc.integer({ min: -8.6e12, max: 8.6e12 }), (seconds) => {
      const date = new Date(seconds * 1000);
      const civil = toCivilTime(seconds);
      expect([civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.weekday]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCDay(),
      ]);
      const newYear = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
      expect(civil.yearDay).toBe(Math.floor((date.getTime() - newYear) / 86_400_000) + 1);
    }),
  );
});

test('knows leap years and takes any number', () => {
  expect(toCivilTime(Date.UTC(2024, 1, 29) / 1000)).toMatchObject({ daysInMonth: 29, yearDay: 60 });
  expect(toCivilTime(Date.UTC(2023, 11, 31) / 1000)).toMatchObject({ daysInMonth: 31, yearDay: 365 });
  expect(toCivilTime(NaN).year).toBe(292_277_026_596);
  expect(toCivilTime(-0.5)).toMatchObject({ year: 1970, day: 1 });
});
