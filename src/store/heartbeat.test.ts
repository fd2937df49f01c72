import { expect, test } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

/** How many beats it takes until the store counts as hanging; 100 when it never does. */
function beatsUntilHanging(
  beatOf: (count: number) => { pendingBytes: number; sentBytes: number; queuedBytes?: number; works?: boolean },
): number {
  const heart = new Heartbeat();
  for (let count = 1; count <= 100; count++) {
    const { works = false, ...bytes } = beatOf(count);
    if (heart.beat({ ...bytes, isAtWork: () => works })) return count;
  }
  return 100;
}

test('a store that rests without an answer hangs, one that works is given longer', () => {
  expect(beatsUntilHanging((count) => ({ pendingBytes: 0, sentBytes: count * 50 }))).toBe(5);
  expect(beatsUntilHanging((count) => ({ pendingBytes: 0, sentBytes: count * 50, works: true }))).toBe(61);
});

test('an answer begins anew', () => {
  const heart = new Heartbeat();
  const rests = { pendingBytes: 0, sentBytes: 0, isAtWork: () => false };
  for (let count = 0; count < 100; count++) {
    expect(heart.beat(rests)).toBe(false);
    heart.answered();
  }
});

test('a store that takes in what stands before the ping does not hang, however long that lasts', () => {
  expect(beatsUntilHanging((count) => ({ pendingBytes: 1e7, sentBytes: count * 200_000 }))).toBe(100);
});

test('one that works through a large batch is waited for; one that takes in nothing hangs, at once when it rests', () => {
  // A batch counts as sent when all of it is.
  const piecewise = (count: number) => ({
    pendingBytes: 1e7,
    sentBytes: Math.floor(count / 30) * 4e6,
    works: true,
  });
  expect(beatsUntilHanging(piecewise)).toBe(100);
  expect(beatsUntilHanging(() => ({ pendingBytes: 1e7, sentBytes: 200_000, works: true }))).toBe(61);
  expect(beatsUntilHanging((count) => ({ ...piecewise(count), works: false }))).toBeLessThan(8);
});

test('one that takes in a large message piece by piece does not hang, whenever it is looked at; one that stops in the middle does', () => {
  const size = 4e6;
  const moving = (count: number) => ({ pendingBytes: size, sentBytes: 0, queuedBytes: size - count * 30_000 });
  expect(beatsUntilHanging(moving)).toBe(100);
  expect(beatsUntilHanging((count) => moving(Math.min(count, 50)))).toBe(55);
});
