import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needThat } from '../../test/support/need.ts';
import { lockFolder } from './folder-lock.ts';

const holder = `
  const { lockFolder } = await import(${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)});
  await lockFolder(process.argv[1]);
  console.log('locked');
  setInterval(() => {}, 1000);
`;

test.for(['', 'in another network namespace'])(
  'a folder that another process has is refused with its pid, and is free when that process was killed (%s)',
  async (where, context) => {
    const folder = mkdtempSync(join(tmpdir(), 'holter-lock-'));
    const run = [process.execPath, '--input-type=module', '-e', holder, folder];
    const command = where === '' ? run : ['unshare', '--user', '--net', ...run];
    if (where !== '') {
      const allowed = spawnSync('unshare', ['--user', '--net', 'true']).status === 0;
      needThat(context, 'unshare', allowed, 'this machine lets nobody make a network namespace');
    }
    const child = spawn(command[0]!, command.slice(1));
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
  },
);
