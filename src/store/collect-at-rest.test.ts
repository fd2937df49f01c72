import { expect, test } from 'vitest';
import { collectAtRest, realParts } from './collect-at-rest.ts';

const MIB = 1 << 20;

test('what is no longer in use is collected at rest, once more is held, and not more often than every minute', () => {
  const process = { busy: 0.5, held: 60 * MIB, collected: 0 };
  let look = (): void => undefined;
  let millis = 0;
  let stopped = false;
  const stop = collectAtRest({
    busyShare: () => process.busy,
    heldBytes: () => process.held,
    collect: () => {
      process.collected++;
      process.held = 30 * MIB;
    },
    later: (wait, run) => {
      look = () => {
        millis += wait;
        run();
      };
      return () => {
        stopped = true;
      };
    },
  });
  const lookFor = (seconds: number): void => {
    for (const end = millis + seconds * 1000; millis < end;) look();
  };
  lookFor(5);
  expect(process.collected, 'busy').toBe(0);
  process.busy = 0.01;
  lookFor(1);
  expect(process.collected, 'at rest').toBe(1);
  process.held = 35 * MIB;
  lookFor(200);
  expect(process.collected, 'hardly grown').toBe(1);
  process.held = 40 * MIB;
  lookFor(10);
  expect(process.collected, 'grown').toBe(2);
  process.held = 200 * MIB;
  lookFor(50);
  expect(process.collected, 'grown again within a minute').toBe(2);
  lookFor(20);
  expect(process.collected, 'a minute later').toBe(3);
  stop();
  expect(stopped).toBe(true);
});

test('buffers outside of the heap count: they are what a load leaves behind', () => {
  const buffers: Uint8Array[] = [];
  let run = (): void => undefined;
  let collected = 0;
  const stop = collectAtRest({
    ...realParts(),
    busyShare: () => 0,
    collect: () => void collected++,
    later: (_, next) => {
      run = next;
      return () => undefined;
    },
  });
  run();
  expect(collected).toBe(1);
  for (let i = 0; i < 4; i++) buffers.push(new Uint8Array(8 * MIB));
  for (let i = 0; i < 7; i++) run();
  expect(collected).toBe(2);
  expect(buffers.length).toBe(4);
  stop();
});
