import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TappedFrame } from '../../src/storage/ports/tap.ts';
import { testFrame, testKind } from './test-kind.ts';
import { bodiesOf, temporaryIntake } from './temporary-intake.ts';
import { VolatileFileSystem } from './volatile-file-system.ts';

test('what was acknowledged reaches the engine once, in order', async () => {
  const { start, engine } = temporaryIntake();
  const intake = await start();
  const outcomes = await Promise.all(['a\nb', 'c\nbad x', 'old y'].map((text) => intake.accept(testFrame(text))));
  expect(outcomes.map(({ counts }) => counts.stored)).toEqual([2, 1, 0]);
  await intake.flush();
  expect(bodiesOf(engine)).toEqual(['a', 'b', 'c']);
  const [row] = intake.ledger();
  expect(row).toMatchObject({ received: 5, stored: 3, quarantined: 1, expired: 1, inSpool: 0 });
  expect(intake.quarantined()).toMatchObject([{ source: 'test', reason: 'bad', sample: 'bad x' }]);
});

test('a restart brings what the engine does not have, and knows positions, ledger and ingester', async () => {
  const { start, engine } = temporaryIntake();
  engine.fate = () => 'unavailable';
  const first = await start();
  await first.accept(testFrame('a\nb', { position: { offset: 7 } }));
  first.refuse('test', 3, 'too large');
  await first.drain(50);
  engine.fate = () => 'done';
  const second = await start();
  expect(second.positions().get('test')).toEqual({ offset: 7 });
  expect(second.ledger()[0]).toMatchObject({ received: 5, refused: 3, stored: 0, inSpool: 2 });
  await second.accept(testFrame('c'));
  await second.flush();
  expect(bodiesOf(engine)).toEqual(['a', 'b', 'c']);
  expect(second.ledger()[0]).toMatchObject({ received: 6, refused: 3, stored: 3, inSpool: 0 });
  expect(new Set(engine.rows.map(({ ingester }) => ingester)).size).toBe(1);
  const sequences = engine.rows.map(({ sequence }) => sequence);
  expect(sequences.toSorted((a, b) => Number(a - b))).toEqual(sequences);
});

test('the same body again is acknowledged and counted, not stored, also after a restart', async () => {
  const { start, engine } = temporaryIntake();
  const intake = await start();
  const small = testFrame('a\nb', { deduplicate: true });
  const large = testFrame('x'.repeat(100_000), { deduplicate: true });
  const [first, second] = await Promise.all([intake.accept(small), intake.accept(small)]);
  expect([first.duplicate, second.duplicate]).toEqual([false, true]);
  await intake.accept(large);
  expect((await intake.accept(large)).duplicate).toBe(true);
  expect((await intake.accept({ ...small, deduplicate: false })).duplicate).toBe(false);
  await intake.flush();
  await intake.drain();
  const again = await start();
  expect((await again.accept(small)).duplicate).toBe(true);
  expect((await again.accept(large)).duplicate).toBe(true);
  again.accept(testFrame('z')).catch(() => undefined);
  await again.flush();
  expect(bodiesOf(engine).toSorted()).toEqual(['a', 'a', 'b', 'b', 'x'.repeat(100_000), 'z']);
  expect(again.ledger()[0]).toMatchObject({ stored: 6, deduplicated: 6, received: 12 });
});

test('a body that cannot be used leaves nothing behind', async () => {
  const { start, engine } = temporaryIntake();
  const intake = await start();
  await intake.accept(testFrame('a'));
  await expect(intake.accept(testFrame('b\n!'))).rejects.toMatchObject({ code: 'TEST_UNUSABLE', status: 400 });
  await intake.accept(testFrame('c'));
  await intake.flush();
  expect(bodiesOf(engine)).toEqual(['a', 'c']);
  expect(intake.ledger()[0]).toMatchObject({ received: 3, stored: 2, refused: 1 });
});

test('a block closes when it is full, and blocks are inserted one at a time', async () => {
  const { start, engine } = temporaryIntake();
  const intake = await start({ block: { maxRows: 3 } });
  await Promise.all(Array.from({ length: 10 }, (_, i) => intake.accept(testFrame(`a${i}\nb${i}`))));
  await intake.flush();
  expect(engine.rows.length).toBe(20);
  expect(engine.blocks.size).toBeGreaterThan(1);
  expect(engine.mostRunning).toBe(1);
});

test('a block closes when it is large', async () => {
  const { start, engine } = temporaryIntake();
  const intake = await start({ block: { maxBytes: 1 << 20 } });
  for (let i = 0; i < 20; i++) await intake.accept(testFrame(`${i} ${'x'.repeat(200_000)}`));
  await intake.flush();
  expect(engine.rows.length).toBe(20);
  expect(engine.blocks.size).toBeGreaterThanOrEqual(3);
});

test('a block closes by time', async () => {
  let now = 1_700_000_000_000;
  const { start, engine, tick } = temporaryIntake();
  const intake = await start({ now: () => now });
  await intake.accept(testFrame('a'));
  now += 1000;
  tick();
  await expect.poll(() => bodiesOf(engine)).toEqual(['a']);
});

test('while the engine is away blocks leave memory and come back from the spool', async () => {
  const { start, engine } = temporaryIntake();
  engine.fate = () => 'unavailable';
  const intake = await start({ block: { maxRows: 10 } });
  const bodies = Array.from({ length: 300 }, (_, i) => `row ${i}`);
  for (const body of bodies) await intake.accept(testFrame(body));
  expect(intake.ledger()[0]).toMatchObject({ received: 300, stored: 0, inSpool: 300 });
  engine.fate = () => 'done';
  await intake.flush();
  expect(bodiesOf(engine)).toEqual(bodies);
  expect(intake.ledger()[0]).toMatchObject({ received: 300, stored: 300, inSpool: 0 });
});

test('an engine that is away for a moment is not spoken of, one that stays away is, once', async () => {
  const { start, engine, messages } = temporaryIntake();
  const intake = await start();
  let failures = 2;
  engine.fate = () => (failures-- > 0 ? 'unavailable' : 'done');
  await intake.accept(testFrame('a'));
  await intake.flush();
  expect(messages).toEqual([]);
  let isAway = true;
  engine.fate = () => (isAway ? 'unavailable' : 'done');
  await intake.accept(testFrame('b'));
  const flushed = intake.flush();
  const failed = 'inserting a block failed, will be tried again: the store is away';
  await expect.poll(() => messages).toEqual([failed]);
  isAway = false;
  await flushed;
  expect(messages).toEqual([failed, 'inserting a block works again']);
});

test('a block that the engine refuses goes to quarantine with its frames and the reason, the rest goes on', async () => {
  const { start, engine, folder } = temporaryIntake();
  const intake = await start();
  engine.fate = () => 'refused';
  await intake.accept(testFrame('a\nb'));
  await intake.flush();
  engine.fate = () => 'done';
  await intake.accept(testFrame('c'));
  await intake.flush();
  expect(bodiesOf(engine)).toEqual(['c']);
  expect(intake.ledger()[0]).toMatchObject({ received: 3, stored: 1, quarantined: 2, inSpool: 0 });
  const quarantine = join(folder, 'quarantine');
  const [reason, frames] = readdirSync(quarantine).toSorted();
  expect(JSON.parse(readFileSync(join(quarantine, reason!), 'utf8'))).toMatchObject({
    reason: expect.stringContaining('does not take'),
  });
  expect(readFileSync(join(quarantine, frames!)).includes('a\nb')).toBe(true);
});

test('taps hear of every frame in order, with its rows', async () => {
  const { start } = temporaryIntake();
  const heard: string[][] = [];
  const tap = {
    accepted: vi.fn((block: Parameters<typeof testKind.decode>[2], { from, to }: TappedFrame) => {
      heard.push(Array.from({ length: to.logs - from.logs }, (_, i) => block.logs.body.get(from.logs + i)));
    }),
  };
  const intake = await start({ taps: [tap], block: { maxRows: 4 } });
  const texts = Array.from({ length: 20 }, (_, i) => `a${i}\nb${i}\nc${i}`);
  await Promise.all(texts.map((text) => intake.accept(testFrame(text))));
  expect(heard).toEqual(texts.map((text) => text.split('\n')));
  expect(tap.accepted.mock.calls.map(([, { number }]) => number)).toEqual(texts.map((_, i) => i + 1));
});

test('a drain leaves what the engine does not take in the spool, and takes nothing more', async () => {
  const { start, engine } = temporaryIntake();
  engine.insert = () => new Promise(() => undefined);
  const intake = await start();
  await intake.accept(testFrame('a'));
  await intake.drain(30);
  await expect(intake.accept(testFrame('b'))).rejects.toMatchObject({ code: 'SPOOL_CLOSED', status: 503 });
});

test('frames that a later version cannot decode are quarantined at replay, the block goes on', async () => {
  const { start, engine } = temporaryIntake();
  engine.fate = () => 'unavailable';
  const first = await start();
  await first.accept(testFrame('a'));
  await first.accept(testFrame('poison'));
  await first.accept(testFrame('c'));
  await first.drain(20);
  engine.fate = () => 'done';
  const strict: typeof testKind = {
    name: 'test',
    decode(body, context, block) {
      if (body.length === 6) throw new Error('not any more');
      return testKind.decode(body, context, block);
    },
  };
  const second = await start({ kinds: [strict] });
  await second.flush();
  expect(bodiesOf(engine)).toEqual(['a', 'c']);
  expect(second.ledger()[0]).toMatchObject({ received: 3, stored: 2, quarantined: 1, inSpool: 0 });
});

test('frames whose commit failed are refused, and do not come back from the disk; refusals are counted all the same', async () => {
  const files = new VolatileFileSystem();
  const { start, engine } = temporaryIntake(undefined, files);
  engine.fate = () => 'unavailable';
  const first = await start();
  await first.accept(testFrame('a'));
  first.refuse('test', 3, 'too large');
  files.failCommits = 1;
  const refused = ['b', 'c', 'd'].map((text) => first.accept(testFrame(text)));
  for (const outcome of await Promise.allSettled(refused)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SPOOL_FULL', retryAfterSeconds: 5 } });
  }
  await first.accept(testFrame('e'));
  expect(first.ledger()[0]).toMatchObject({ received: 5, refused: 3, inSpool: 2 });
  files.crash();
  engine.fate = () => 'done';
  const second = await start({ fileSystem: files.afterCrash(() => true) });
  await second.flush();
  expect(bodiesOf(engine)).toEqual(['a', 'e']);
  expect(second.ledger()[0]).toMatchObject({ received: 5, refused: 3, stored: 2, inSpool: 0 });
});

test('what a broken disk cannot read is counted as quarantined, with a message; the rest is replayed', async () => {
  const files = new VolatileFileSystem();
  const { start, engine, messages, tick } = temporaryIntake(undefined, files);
  engine.fate = () => 'unavailable';
  const spool = { segmentBytes: 64 << 10, freeSpaceFloor: 0 };
  const first = await start({ spool, block: { maxRows: 5 } });
  const bodies = Array.from({ length: 30 }, (_, i) => `${i} ${'x'.repeat(10_000)}`);
  for (const body of bodies) await first.accept(testFrame(body));
  files.crash();
  engine.fate = () => 'done';
  const next = files.afterCrash(() => true);
  next.isBroken = (path) => path.includes('segment-0000000002');
  const second = await start({ spool, fileSystem: next });
  await second.flush();
  tick();
  await second.flush();
  const stored = bodiesOf(engine);
  expect(stored.length).toBeGreaterThan(15);
  expect(stored.length).toBeLessThan(30);
  expect(bodies).toEqual(expect.arrayContaining(stored));
  expect(messages.some((message) => message.includes('the disk cannot read it'))).toBe(true);
  const lost = 30 - stored.length;
  expect(second.ledger()[0]).toMatchObject({ received: 30, stored: stored.length, quarantined: lost, inSpool: 0 });
});
