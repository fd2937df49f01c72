import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

const holder = `
  const { lockFolder } = await import(${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)});
  await lockFolder(process.argv[1]);
  console.log('locked');
  setInterval(() => {}, 1000);
`;

test('a folder that another process has is refused with its pid, and is free when that process was killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-lock-'));
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, folder]);
  try {
    await once(child.stdout, 'data');
    const refused = { code: 'DATA_FOLDER_IN_USE', message: expect.stringContaining(`process ${child.pid}:`) };
    await expect(lockFolder(folder)).rejects.toMatchObject(refused);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockFolder(folder);
    await lock.release();
    await (await lockFolder(folder)).release();
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
