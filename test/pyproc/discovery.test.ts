// Where an interpreter may lie: deleted and replaced files, a program of another name, one that nobody has written yet.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test, type TestContext } from 'vitest';
import { Inspector } from '../../src/pyproc/inspect.ts';
import { FREE_THREADED_FLAG, MINOR_OF_VERSION_WORD, openDoctored, swapCodeNames } from '../support/doctored-target.ts';
import { needPython, startProgram, startPython, supportedVersions } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const script = resolve(import.meta.dirname, '../targets/sleeper.py');

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holter-python-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface CopiedPython {
  /** A program of another name, linked with a library in the same folder. */
  readonly program: string;
  readonly library: string | undefined;
  readonly env: readonly string[];
}

function copyPython(context: Pick<TestContext, 'skip'>, version: string): CopiedPython {
  const python = needPython(context, version);
  const prefix = dirname(dirname(python));
  const folder = makeFolder();
  const program = join(folder, 'bin/shop-backend');
  mkdirSync(dirname(program));
  copyFileSync(python, program);
  const name = `libpython${version}.so.1.0`;
  const env = [`PYTHONHOME=${prefix}`];
  if (!existsSync(join(prefix, 'lib', name))) return { program, library: undefined, env };
  const library = join(folder, name);
  copyFileSync(join(prefix, 'lib', name), library);
  return { program, library, env: [...env, `LD_PRELOAD=${library}`] };
}

test.for(supportedVersions)('Python %s under another name, its files deleted', async (version, context) => {
  const { program, library, env } = copyPython(context, version);
  const target = startProgram('env', [...env, program, script]);
  await target.saw('ready', 2);
  await target.rests();
  const dump = async (): Promise<string> => (await runHolter('dump', String(target.pid))).stdout;
  expect(await dump()).toContain('    inner (sleeper.py:10)\n');
  rmSync(program);
  if (library !== undefined) rmSync(library);
  expect(await dump()).toContain('    inner (sleeper.py:10)\n');
  // An upgrade in place: something else has the name now.
  writeFileSync(program, 'not a program');
  if (library !== undefined) writeFileSync(library, 'not a library');
  expect(await dump()).toContain('    inner (sleeper.py:10)\n');
});

test('in another mount namespace, where the same path is another file', async (context) => {
  if (process.getuid?.() !== 0) context.skip('root: only root can mount');
  const { program, library, env } = copyPython(context, '3.11');
  if (library === undefined) context.skip('pythons: 3.11 is not built with a shared library');
  const folder = dirname(dirname(program));
  const inside = join(makeFolder(), 'inside');
  mkdirSync(inside);
  spawnSync('cp', ['-r', `${folder}/.`, inside]);
  const enter = `mount --bind ${inside} ${folder} && exec env "$@"`;
  const target = startProgram('unshare', ['--mount', 'sh', '-c', enter, 'sh', ...env, program, script]);
  await target.saw('ready', 2);
  await target.rests();
  writeFileSync(String(library), 'what we see at that path');
  const { stdout } = await runHolter('dump', String(target.pid));
  expect(stdout).toContain('    inner (sleeper.py:10)\n');
});

const attachDoctored = async (
  context: Pick<TestContext, 'skip'>,
  version: string,
  change: Parameters<typeof openDoctored>[1],
): Promise<ReturnType<typeof openDoctored>> => {
  const running = startPython(needPython(context, version), 'sleeper.py');
  await running.saw('ready', 2);
  await running.rests();
  return openDoctored(running.pid, change);
};

test('a free-threaded build is refused by name', async (context) => {
  const opened = await attachDoctored(context, '3.13', (table) => table.setUint32(FREE_THREADED_FLAG, 1, true));
  expect(opened).toMatchObject({
    ok: false,
    error: {
      code: 'PYTHON_UNSUPPORTED',
      message: 'Python 3.13 without GIL (free-threaded): not supported yet',
    },
  });
});

test('offsets that cannot be any are refused, not used', async (context) => {
  // A version whose table has another order: the numbers land in the wrong places.
  const opened = await attachDoctored(context, '3.13', (table) => table.setUint8(MINOR_OF_VERSION_WORD, 16));
  expect(opened).toMatchObject({ ok: false, error: { code: 'PYTHON_UNSUPPORTED' } });
});

test('what the interpreter says of itself is followed: two members that changed places', async (context) => {
  const opened = await attachDoctored(context, '3.13', swapCodeNames);
  if (!opened.ok) throw new Error(opened.error.message);
  const { threads } = new Inspector(opened.value, undefined).inspect({ redacts: true });
  expect(threads[0]?.frames.map(({ fileName }) => fileName)).toEqual(['inner', 'outer', '<module>']);
});
