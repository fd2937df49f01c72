// Segments on disk: torn tails, damage, budget, recycling. Files are changed behind the spool's back and opened again.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodiesOf, temporaryIntake } from './temporary-intake.ts';
import type { TemporaryIntake } from './temporary-intake.ts';
import { testFrame } from './test-kind.ts';

function segmentsOf({ spoolFolder }: TemporaryIntake): string[] {
  return readdirSync(spoolFolder)
    .filter((name) => name.startsWith('segment-'))
    .toSorted()
    .map((name) => join(spoolFolder, name));
}

/** Fills the spool with one frame a body while the engine is away, then stops without a word, as a kill does. */
async function fill(home: TemporaryIntake, bodies: readonly string[], segmentBytes = 1 << 20): Promise<void> {
  home.engine.fate = () => 'unavailable';
  const intake = await home.start({ spool: { segmentBytes, freeSpaceFloor: 0 } });
  for (const body of bodies) await intake.accept(testFrame(body));
  await intake.drain(20);
  home.engine.fate = () => 'done';
}

function change(path: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  edit(bytes);
  writeFileSync(path, bytes);
}

const unique = (count: number): string[] => Array.from({ length: count }, (_, i) => `row-${i}-of-all`);

test('a torn tail is cut at the last valid frame, without an alarm', async () => {
  const home = temporaryIntake();
  const files = unique(20);
  await fill(home, files);
  // A group that never was synced: a header and half of its body, later records missing.
  const [path] = segmentsOf(home);
  change(path!, (bytes) => {
    const last = bytes.lastIndexOf('row-19-of-all');
    bytes.fill(0, last, last + 4000);
  });
  const intake = await home.start();
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual(files.slice(0, 19));
  expect(home.messages.filter((message) => message.includes('damaged'))).toEqual([]);
  await intake.accept(testFrame('row-19-of-all'));
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual(files);
});

/** Flips a bit of the record that holds `text`: in its body, its head (a JSON object before the body) or its header. */
function damage(path: string, text: string, part: 'body' | 'head' | 'header'): void {
  change(path, (bytes) => {
    const body = bytes.indexOf(text);
    const header = bytes.lastIndexOf('HSPL', body);
    bytes[{ body, head: header + 40, header }[part]]! ^= 1;
  });
}

test.each(['body', 'head'] as const)(
  'damage to the %s of a record in the last segment costs that record alone, which is counted; numbers are not used again',
  async (part) => {
    const home = temporaryIntake();
    const files = unique(20);
    await fill(home, files);
    damage(segmentsOf(home)[0]!, 'row-7-of-all', part);
    const intake = await home.start();
    await intake.accept(testFrame('new'));
    await intake.flush();
    const kept = [...files.filter((body) => body !== 'row-7-of-all'), 'new'];
    expect(bodiesOf(home.engine)).toEqual(kept);
    const messages = home.messages.filter((text) => text.includes('damaged'));
    expect(messages).toEqual([expect.stringContaining('segment-0000000001.log is damaged from byte')]);
    const [aside] = readdirSync(join(home.folder, 'quarantine'));
    const bytes = readFileSync(join(home.folder, 'quarantine', aside!), 'latin1');
    expect([bytes.includes('row-8-of-all'), bytes.length]).toEqual([false, expect.any(Number)]);
    expect(bytes.length).toBeLessThan(1000);
    expect(new Set(home.engine.rows.map(({ sequence }) => sequence)).size).toBe(kept.length);
    expect(intake.ledger()[0]).toMatchObject({ received: 21, stored: 20, quarantined: 1, inSpool: 0 });
    // The body may come again: it was not kept.
    await intake.accept(testFrame('row-7-of-all'));
    await intake.flush();
    expect(bodiesOf(home.engine)).toEqual([...kept, 'row-7-of-all']);
  },
);

test('damage to several records, also in blocks that are closed: all others are stored and the books balance', async () => {
  const home = temporaryIntake();
  const files = unique(20);
  home.engine.fate = () => 'unavailable';
  const first = await home.start({ block: { maxRows: 4 } });
  for (const body of files) await first.accept(testFrame(body));
  await first.drain(20);
  home.engine.fate = () => 'done';
  const [path] = segmentsOf(home);
  for (const [at, part] of [
    [2, 'body'],
    [3, 'head'],
    [4, 'body'],
    [11, 'head'],
    [17, 'body'],
  ] as const)
    damage(path!, `row-${at}-of-all`, part);
  const intake = await home.start({ block: { maxRows: 4 } });
  await intake.flush();
  home.tick();
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual(files.filter((_, at) => ![2, 3, 4, 11, 17].includes(at)));
  expect(intake.ledger()[0]).toMatchObject({ received: 20, stored: 15, quarantined: 5, inSpool: 0 });
});

test('damage to a header in the last segment: the rest of it goes to quarantine with a message, numbers are not used again', async () => {
  const home = temporaryIntake();
  const files = unique(20);
  await fill(home, files);
  damage(segmentsOf(home)[0]!, 'row-7-of-all', 'header');
  const intake = await home.start();
  await intake.accept(testFrame('new'));
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual([...files.slice(0, 7), 'new']);
  const message = home.messages.find((text) => text.includes('damaged'))!;
  expect(message).toContain('missing from the store and from the ledger');
  const [kept] = readdirSync(join(home.folder, 'quarantine'));
  expect(readFileSync(join(home.folder, 'quarantine', kept!)).includes('row-19-of-all')).toBe(true);
  const sequences = home.engine.rows.map(({ sequence }) => sequence);
  expect(new Set(sequences).size).toBe(8);
});

test.each(['body', 'header'] as const)(
  'damage to the %s of a record in an older segment: what is lost is quarantined and counted, all others are replayed',
  async (part) => {
    const home = temporaryIntake();
    const bodies = unique(40).map((body) => body + ' '.repeat(3000));
    await fill(home, bodies, 32 << 10);
    const paths = segmentsOf(home);
    expect(paths.length).toBeGreaterThan(3);
    const contents = readFileSync(paths[1]!, 'latin1');
    const inSecond = bodies.filter((body) => contents.includes(body));
    damage(paths[1]!, inSecond[2]!, part);
    const intake = await home.start({ spool: { segmentBytes: 32 << 10, freeSpaceFloor: 0 } });
    await intake.flush();
    home.tick();
    await intake.flush();
    const lost = new Set(part === 'body' ? [inSecond[2]] : inSecond.slice(2));
    expect(bodiesOf(home.engine)).toEqual(bodies.filter((body) => !lost.has(body)));
    expect(home.messages.filter((message) => message.includes('damaged')).length).toBe(1);
    expect(intake.ledger()[0]).toMatchObject({
      received: 40,
      stored: 40 - lost.size,
      quarantined: lost.size,
      inSpool: 0,
    });
  },
);

test('a newest segment without its checkpoint is set aside whole; the one before it carries on', async () => {
  const home = temporaryIntake();
  await fill(home, unique(5));
  await fill(home, ['second']);
  const paths = segmentsOf(home);
  change(paths.at(-1)!, (bytes) => {
    bytes[50]! ^= 1;
  });
  const intake = await home.start();
  await intake.accept(testFrame('third'));
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual([...unique(5), 'third']);
  expect(home.messages.some((message) => message.includes('does not begin with a valid checkpoint'))).toBe(true);
});

test('any change of bytes in a segment loses at most what stands behind it in that segment, and never stops a start', async () => {
  const bodies = unique(30).map((body) => body + ' '.repeat(2500));
  const edit = fc.record({
    segment: fc.nat(20),
    at: fc.nat(32 << 10),
    length: fc.integer({ min: 1, max: 3000 }),
    seed: fc.nat(255),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const home = temporaryIntake();
      await fill(home, bodies, 32 << 10);
      const paths = segmentsOf(home);
      const hit = new Set<string>();
      for (const { segment, at, length, seed } of edits) {
        const path = paths[segment % paths.length]!;
        hit.add(path);
        change(path, (bytes) => {
          for (let i = at; i < Math.min(at + length, bytes.length); i++) bytes[i] = (bytes[i]! * 31 + seed + i) & 0xff;
        });
      }
      const untouched = paths.filter((path) => !hit.has(path)).map((path) => readFileSync(path, 'latin1'));
      const safe = bodies.filter((body) => untouched.some((text) => text.includes(body)));
      const intake = await home.start({ spool: { segmentBytes: 32 << 10, freeSpaceFloor: 0 } });
      await intake.accept(testFrame('new'));
      await intake.flush();
      const stored = bodiesOf(home.engine);
      expect(stored).toEqual(expect.arrayContaining([...safe, 'new']));
      expect(new Set(stored).size).toBe(stored.length);
      expect([...bodies, 'new']).toEqual(expect.arrayContaining(stored));
      await intake.drain(20);
    }),
    { numRuns: 25 },
  );
});

test('segments are deleted when the engine has them, and their files are used again', async () => {
  const home = temporaryIntake();
  const intake = await home.start({ spool: { segmentBytes: 64 << 10, freeSpaceFloor: 0 } });
  for (let i = 0; i < 100; i++) {
    await intake.accept(testFrame(`${i} ${'x'.repeat(20_000)}`));
    if (i % 10 === 9) await intake.flush();
  }
  expect(home.engine.rows.length).toBe(100);
  expect(segmentsOf(home).length).toBeLessThan(15);
  expect(intake.spoolUsage().bytes).toBeLessThan(15 * (64 << 10));
});

test('the budget: SPOOL_FULL with a time to come again, acknowledged frames stay, and it goes on when the engine is back', async () => {
  const home = temporaryIntake();
  home.engine.fate = () => 'unavailable';
  const spool = { segmentBytes: 64 << 10, limitBytes: 512 << 10, freeSpaceFloor: 0, fullForMillis: 0 };
  const intake = await home.start({ spool });
  const accepted: string[] = [];
  let refusal: unknown;
  for (let i = 0; i < 200 && refusal === undefined; i++) {
    const body = `${i} ${'x'.repeat(10_000)}`;
    try {
      await intake.accept(testFrame(body));
      accepted.push(body);
    } catch (error) {
      refusal = error;
    }
  }
  expect(refusal).toMatchObject({ code: 'SPOOL_FULL', status: 429, retryAfterSeconds: 5 });
  expect((refusal as Error).message).toContain('--spool-budget');
  expect(accepted.length).toBeGreaterThan(20);
  expect(intake.spoolUsage().full).toBeDefined();
  expect(intake.turnedAway).toBe(1);
  home.engine.fate = () => 'done';
  home.tick();
  await intake.flush();
  await intake.accept(testFrame('after'));
  await intake.flush();
  expect(bodiesOf(home.engine)).toEqual([...accepted, 'after']);
  expect(intake.spoolUsage().full).toBeUndefined();
  expect(intake.ledger()[0]).toMatchObject({ received: accepted.length + 1, stored: accepted.length + 1, inSpool: 0 });
});

test('a full spool is drained by a process that starts with it', async () => {
  const home = temporaryIntake();
  home.engine.fate = () => 'unavailable';
  const spool = { segmentBytes: 64 << 10, limitBytes: 512 << 10, freeSpaceFloor: 0, fullForMillis: 0 };
  const first = await home.start({ spool });
  let accepted = 0;
  for (; accepted < 200; accepted++) {
    const refused = await first.accept(testFrame(`${accepted} ${'x'.repeat(10_000)}`)).then(
      () => false,
      () => true,
    );
    if (refused) break;
  }
  await first.drain(20);
  home.engine.fate = () => 'done';
  const second = await home.start({ spool });
  await second.flush();
  expect(home.engine.rows.length).toBe(accepted);
  await second.accept(testFrame('after'));
});
