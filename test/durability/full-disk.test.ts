// A disk that is really full: a small tmpfs of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import type { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import { needThat } from '../support/need.ts';
import { bodiesOf, temporaryIntake } from './temporary-intake.ts';
import { testFrame } from './test-kind.ts';

const mounted: string[] = [];
afterEach(() => {
  for (const folder of mounted.splice(0)) {
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  }
});

function smallDisk(context: TestContext, size: string): string {
  needThat(context, 'root', process.getuid?.() === 0, 'only root may mount a small tmpfs');
  const folder = mkdtempSync(join(tmpdir(), 'holter-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'holter-test', folder], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(folder);
    needThat(context, 'root', false, `tmpfs cannot be mounted here: ${(error as Error).message}`);
  }
  mounted.push(folder);
  return folder;
}

const spool = { segmentBytes: 256 << 10, freeSpaceFloor: 0, fullForMillis: 0 };

/** Sends until the spool is full; gives what was acknowledged and the refusal. */
async function sendUntilFull(intake: SpooledIntake, prefix: string): Promise<{ accepted: string[]; refusal: unknown }> {
  const accepted: string[] = [];
  for (let i = 0; i < 5000; i++) {
    const body = `${prefix}${i} ${'x'.repeat(20_000)}`;
    try {
      await intake.accept(testFrame(body));
    } catch (refusal) {
      return { accepted, refusal };
    }
    accepted.push(body);
  }
  return { accepted, refusal: undefined };
}

test('somebody else fills the disk: refused with a time to come again, goes on when there is space', async (context) => {
  const disk = smallDisk(context, '8m');
  const { start, engine } = temporaryIntake(join(disk, 'data'));
  const intake = await start({ spool });
  await intake.accept(testFrame('before'));
  const filler = join(disk, 'filler');
  expect(() => writeFileSync(filler, new Uint8Array(16 << 20))).toThrow('ENOSPC');
  engine.fate = () => 'unavailable';
  const { accepted, refusal } = await sendUntilFull(intake, 'a');
  expect(refusal).toMatchObject({ code: 'SPOOL_FULL', status: 429, retryAfterSeconds: 5 });
  rmSync(filler);
  engine.fate = () => 'done';
  await intake.accept(testFrame('after'));
  await intake.flush();
  expect(bodiesOf(engine)).toEqual(['before', ...accepted, 'after']);
  expect(intake.ledger()[0]).toMatchObject({ stored: accepted.length + 2, inSpool: 0 });
});

test('the spool itself fills the disk, then the process starts again: nothing acknowledged is lost, and it drains', async (context) => {
  const disk = smallDisk(context, '6m');
  const { start, engine } = temporaryIntake(join(disk, 'data'));
  engine.fate = () => 'unavailable';
  const first = await start({ spool });
  const { accepted, refusal } = await sendUntilFull(first, 'a');
  expect(refusal).toMatchObject({ code: 'SPOOL_FULL' });
  expect(accepted.length).toBeGreaterThan(50);
  await first.drain(20);
  engine.fate = () => 'done';
  const second = await start({ spool });
  await second.flush();
  await second.accept(testFrame('after'));
  await second.flush();
  expect(bodiesOf(engine)).toEqual([...accepted, 'after']);
  expect(second.ledger()[0]).toMatchObject({ received: accepted.length + 1, stored: accepted.length + 1, inSpool: 0 });
});
