// The README's promise on a machine that has only Debian's own Node 20, npm and Python: set up, run, test; as root or not.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { inDebianRoot } from '../../tools/debian-root.ts';
import { need } from '../support/need.ts';

const project = resolve(import.meta.dirname, '../..');
const MINUTES = 60_000;

/** A copy of what is committed, as a fresh clone would have it. */
async function placeCopy(root: string, home: string, user: 'root' | 'visitor'): Promise<void> {
  const folder = join(root, home, 'holter');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync('sh', ['-c', `git -C "${project}" archive HEAD | tar -x -C "${folder}"`]);
  await inDebianRoot(root, `chown -R ${user} ${home}/holter`);
}

for (const [user, home] of [
  ['visitor', '/home/visitor'],
  ['root', '/root'],
] as const) {
  test(
    `npm ci, npm start and npm test with Debian's own Node and npm, as ${user}`,
    { timeout: 40 * MINUTES },
    async (context) => {
      const root = need(context, 'debian-trixie');
      await placeCopy(root, home, user);
      expect(await inDebianRoot(root, 'node --version && npm --version', user)).toMatch(/^v20\.19\.\d+\n9\.2\.0\n$/);
      await inDebianRoot(root, 'cd holter && npm ci', user);
      expect(await inDebianRoot(root, 'cd holter && npx holter version', user)).toMatch(/^holter .* \(Node v24\./m);
      expect(await inDebianRoot(root, 'cd holter && python3 test/install/serve.py', user)).toMatch(
        /^200 http:\/\/127\.0\.0\.1:\d+\/ui\/$/m,
      );
      const packed =
        'cd holter && npm pack && rm -rf ../elsewhere && mkdir ../elsewhere && cd ../elsewhere && npm init -y';
      const installed = `${packed} && npm install ../holter/holter-*.tgz && npx holter version && ls node_modules/holter`;
      const listing = await inDebianRoot(root, installed, user);
      expect(listing).toMatch(/^holter .* \(Node v24\./m);
      expect(listing).not.toMatch(/^src$/m);
      expect(await inDebianRoot(root, 'cd holter && npm test -- src/base src/model tools', user)).toMatch(
        /\n[1-9]\d* passed, 0 failed, \d+ skipped\n/,
      );
    },
  );
}
