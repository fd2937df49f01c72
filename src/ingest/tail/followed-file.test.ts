import { appendFile, mkdtemp, open, rm, stat, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ClockJudge } from '../../pipeline/lines/clock-judge.ts';
import { LineSource } from '../lines/line-source.ts';
import { FollowedFile } from './followed-file.ts';
import { MemoryIntake } from './tail.case.ts';

test('a file that is cut and written anew while it is read gives no bytes of both', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holter-followed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'a.log');
  await writeFile(path, 'first\n');
  const { dev, ino } = await stat(path);
  const intake = new MemoryIntake();
  const { signal } = new AbortController();
  const clocks = new ClockJudge('UTC');
  const lines = new LineSource({ intake, source: 'tail', stream: {}, clocks, zone: 'UTC', signal });
  const file = new FollowedFile(path, dev, ino, lines);
  onTestFinished(() => file.close());
  expect(await file.readChunk()).toEqual({ kind: 'bytes', bytes: 6 });

  const handle = await open(path, 'r');
  onTestFinished(() => handle.close());
  const read = async (...args: [Uint8Array, number, number, number]): Promise<object> => {
    const outcome = await handle.read(...args);
    await truncate(path, 0);
    await appendFile(path, 'other lines, and more of them\n');
    return outcome;
  };
  expect(await file.readChunkFrom({ read } as unknown as FileHandle)).toEqual({ kind: 'end', bytes: 0 });
  expect(await file.readChunk()).toEqual({ kind: 'rewritten', bytes: 0 });
});
