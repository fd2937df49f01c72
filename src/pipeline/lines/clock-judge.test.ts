import { expect, test } from 'vitest';
import { ClockJudge } from './clock-judge.ts';

const ARRIVAL = 1_795_255_933;
const HOUR = 3600;

/** What is decided for a clock that is `ahead` seconds ahead of UTC when the line comes `late` seconds after it was written. */
function decide(zone: string, ahead: number, ...late: readonly number[]): string | undefined {
  const judge = new ClockJudge(zone);
  late.forEach((seconds, index) => {
    const arrival = ARRIVAL + index * 10;
    judge.observe({ key: 'asctime/ ', local: arrival - seconds + ahead }, arrival);
  });
  return judge.clocks['asctime/ '];
}

test.each([
  ['UTC', 0, 'UTC'],
  ['Asia/Shanghai', 8 * HOUR, 'Asia/Shanghai'],
  ['Asia/Shanghai', 0, 'UTC'],
  ['Asia/Kolkata', 5.5 * HOUR, 'Asia/Kolkata'],
  ['Asia/Kathmandu', 5.75 * HOUR, 'Asia/Kathmandu'],
  ['America/New_York', -5 * HOUR, 'America/New_York'],
  ['UTC', 8 * HOUR, '+08:00'],
  ['UTC', 5.75 * HOUR, '+05:45'],
  ['UTC', 13.75 * HOUR, '+13:45'],
  ['UTC', -3.5 * HOUR, '-03:30'],
])('in %s a clock that is %d s ahead shows %s', (zone, ahead, shown) => {
  expect(decide(zone, ahead, 1)).toBe(shown);
});

test('a late line decides nothing, unless it fits again', () => {
  expect(decide('UTC', 0, 400)).toBeUndefined();
  expect(decide('UTC', 0, HOUR + 100)).toBeUndefined();
  expect(decide('UTC', -HOUR, 100)).toBeUndefined();
  expect(decide('UTC', -HOUR, 100, 90)).toBe('-01:00');
  expect(decide('Asia/Shanghai', 0, 10 * HOUR + 1000, 2)).toBe('UTC');
});

test('what is decided stays, and a person has the first word', () => {
  const judge = new ClockJudge('UTC', { 'a/T': 'Asia/Tokyo', 'b/T': 'Nowhere/Land' });
  judge.observe({ key: 'a/T', local: ARRIVAL }, ARRIVAL);
  judge.observe({ key: 'b/T', local: ARRIVAL }, ARRIVAL);
  judge.observe({ key: 'b/T', local: ARRIVAL + 8 * HOUR }, ARRIVAL);
  expect(judge.clocks).toEqual({ 'a/T': 'Asia/Tokyo', 'b/T': 'UTC' });
});
