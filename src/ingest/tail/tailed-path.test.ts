import { renameSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryIntake } from './tail.case.ts';
import { TailedPath, type TailCircle } from './tailed-path.ts';

test('a file that is renamed while it is looked at is not taken for one of this path', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holter-path-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // As of a rotation: whose file that is, is asked after it was seen and before it is opened.
  const path = join(folder, 'a.log.1');
  await writeFile(path, '{"n":1}\n');
  const circle: TailCircle = {
    isKnown: () => {
      renameSync(path, join(folder, 'a.log.2'));
      return false;
    },
    claim: () => undefined,
    isTailed: () => false,
    neighbours: () => [],
  };
  const intake = new MemoryIntake();
  const { signal } = new AbortController();
  const tailed = new TailedPath({
    path,
    lines: { intake, source: `tail:${path}`, stream: { path }, zone: 'UTC', signal },
    circle,
    saved: undefined,
    clocks: {},
    rotateWait: 60_000,
    joinWait: 0,
    report: () => undefined,
  });
  onTestFinished(() => tailed.close());
  for (let looks = 0; looks < 3; looks++) await tailed.poll();
  expect(intake.records).toEqual([]);
});
