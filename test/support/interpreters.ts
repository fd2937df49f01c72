// The interpreters of the version matrix: those of pyenv, and Debian's own in roots of their own. A Debian root is entered
// in a mount namespace of its own, into which the targets are mounted: the container case.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestContext } from 'vitest';
import { need } from './need.ts';
import { needPython, startProgram, startPython, supportedVersions, type RunningTarget } from './python-target.ts';

type Skippable = Pick<TestContext, 'skip'>;

export interface Interpreter {
  /** As the table shows it. */
  readonly name: string;
  /** Its layout may change any day: what fails is reported and not failed. */
  readonly isUnstable: boolean;
  /** `major.minor.micro` with what follows; skips the test when the interpreter is not there. */
  readonly version: (context: Skippable) => string;
  readonly start: (context: Skippable, script: string, ...args: readonly string[]) => RunningTarget;
}

const targets = resolve(import.meta.dirname, '../targets');
const MOUNT_POINT = 'mnt';
const ASK = 'import platform; print(platform.python_version())';

function fromPyenv(version: string): Interpreter {
  return {
    name: `${version} pyenv`,
    isUnstable: false,
    version: (context) => spawnSync(needPython(context, version), ['-c', ASK], { encoding: 'utf8' }).stdout.trim(),
    start: (context, script, ...args) => startPython(needPython(context, version), script, ...args),
  };
}

function fromDebian(version: string, suite: string): Interpreter {
  const program = `python${version}`;
  return {
    name: `${version} ${suite}`,
    isUnstable: suite === 'sid',
    version: (context) =>
      spawnSync('chroot', [need(context, `debian-${suite}`), program, '-c', ASK], { encoding: 'utf8' }).stdout.trim(),
    start: (context, script, ...args) => {
      const root = need(context, `debian-${suite}`);
      const enter = `mount --bind "$0" "$1/${MOUNT_POINT}" && root="$1" && shift && exec chroot "$root" "$@"`;
      const command = [targets, root, program, `/${MOUNT_POINT}/${script}`, ...args];
      return startProgram('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', enter, ...command]);
    },
  };
}

const local: readonly Interpreter[] = supportedVersions.map(fromPyenv);

/** Some that are at hand on a developer's machine: each stands for another way to keep frames. */
export const localInterpreters: readonly Interpreter[] = local.filter(({ name }) => /^3\.(8|11|13) /.test(name));

/** All of them. */
export const allInterpreters: readonly Interpreter[] = [
  ...local,
  fromDebian('3.11', 'bookworm'),
  fromDebian('3.13', 'trixie'),
  fromDebian('3.14', 'forky'),
  fromDebian('3.15', 'sid'),
];
