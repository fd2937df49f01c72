// `holter core` on cores that the kernel wrote.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, onTestFinished, test, type TestContext } from 'vitest';
import { needPython, startProgram, supportedVersions } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const script = resolve(import.meta.dirname, '../targets/crash.py');

/** Lets the program crash and gives the path of its core; skipped where cores go elsewhere. */
async function makeCore(
  context: Pick<TestContext, 'skip'>,
  version: string,
  prepare?: (folder: string) => string,
): Promise<string> {
  const python = needPython(context, version);
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  if (!pattern.startsWith('core'))
    context.skip(`core files: core_pattern is "${pattern}", not a file in the working folder`);
  const folder = mkdtempSync(join(tmpdir(), 'holter-core-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const target = startProgram(
    '/bin/sh',
    ['-c', `ulimit -c unlimited; ${prepare?.(folder) ?? ''} exec ${python} ${script}`],
    folder,
  );
  await once(target.child, 'exit');
  const name = readdirSync(folder).find((candidate) => candidate.startsWith('core'));
  if (name === undefined) {
    context.skip('core files: the kernel wrote none (limit or size)');
    throw new Error('unreachable');
  }
  return join(folder, name);
}

interface CoreReport {
  death: string;
  threads: {
    name: string;
    wait?: { text: string };
    exceptions: { stage: string; chain: { relation: string; text: string }[] }[];
    frames: { name: string; line: number; locals?: { name: string; value: string }[] }[];
  }[];
  notes: string[];
}

test.for(supportedVersions)(
  'why Python %s died: signal, stack, variables, exceptions',
  { timeout: 60_000 },
  async (version, context) => {
    const core = await makeCore(context, version);
    const { code, stdout, stderr } = await runHolter('core', core, '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as CoreReport;
    expect(report.death).toBe('SIGSEGV at address 0x0 (a null pointer)');
    const [crashed] = report.threads;
    expect(crashed?.name).toBe('payer');
    const pay = crashed?.frames.find(({ name }) => name === 'pay');
    expect(pay?.line).toBe(24);
    const variables = Object.fromEntries(pay?.locals?.map(({ name, value }) => [name, value]) ?? []);
    expect(variables).toMatchObject({ order: '4711', password: '<redacted>', amount: "{'EUR': 12.5, 'city': '北京'}" });
    expect(crashed?.exceptions[0]).toEqual({
      stage: 'handling',
      chain: [
        { relation: '', text: 'ValueError: no price for order 4711' },
        { relation: 'caused by', text: 'KeyError: 4711' },
      ],
    });
    const bystander = report.threads.find(({ name }) => name === 'bystander');
    expect(bystander?.wait?.text).toMatch(/^Lock lock at 0x[0-9a-f]+, held by thread "payer" \(\d+\)$/);
  },
);

test('compressed, truncated, empty and wrong files', { timeout: 60_000 }, async (context) => {
  const core = await makeCore(context, '3.12');
  const bytes = readFileSync(core);
  for (const [name, packed] of [
    ['core.gz', gzipSync(bytes, { level: 1 })],
    ['core.zst', zstdCompressSync(bytes)],
  ] as const) {
    const file = join(core, '..', name);
    writeFileSync(file, packed);
    const { code, stdout } = await runHolter('core', file);
    expect(code).toBe(0);
    expect(stdout).toContain('Thread');
    expect(stdout).toMatch(/pay \(.*crash\.py:24\)/);
  }
  const heap = await runHolter('core', core, '--heap', '--locals=0');
  expect(heap.stdout).toMatch(/objects, .* tracked by the garbage collector/);
  // Halves until the Python part is cut off: always an answer, never a crash.
  const seen = new Set<number | null>();
  for (let size = statSync(core).size; size > 0; size = Math.floor(size / 2)) {
    truncateSync(core, size);
    const { code, stdout, stderr } = await runHolter('core', core);
    expect([0, 3]).toContain(code);
    expect(stdout + stderr).not.toContain('    at ');
    seen.add(code);
    if (code === 0 && size < bytes.length) expect(stdout).toContain('the core is truncated');
  }
  expect(seen.has(3)).toBe(true);
  writeFileSync(core, '');
  expect(await runHolter('core', core)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('got an empty one') as string,
  });
  writeFileSync(core, 'not an ELF file at all');
  expect(await runHolter('core', core)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('expected an ELF file') as string,
  });
  const program = execFileSync('/bin/sh', ['-c', 'readlink -f /bin/sh'], { encoding: 'utf8' }).trim();
  expect(await runHolter('core', program)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('got a program or library') as string,
  });
  expect(await runHolter('core', '/no/such/file')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('cannot open') as string,
  });
});

test(
  'the interpreter’s library is gone: 3.13 is found by what it says of itself',
  { timeout: 60_000 },
  async (context) => {
    const library = join(dirname(dirname(needPython(context, '3.13'))), 'lib/libpython3.13.so.1.0');
    if (!existsSync(library)) context.skip('pythons: 3.13 is not built with a shared library');
    const copies: string[] = [];
    const core = await makeCore(context, '3.13', (folder) => {
      copies.push(join(folder, 'libpython3.13.so.1.0'));
      copyFileSync(library, copies[0] as string);
      return `LD_PRELOAD=${copies[0]}`;
    });
    for (const copy of copies) rmSync(copy);
    const { code, stdout } = await runHolter('core', core, '--locals=0');
    expect(code).toBe(0);
    expect(stdout).toContain('cannot open');
    expect(stdout).toMatch(/ {4}pay \(.*crash\.py:24\)/);
  },
);

test('install prints the kernel setting and changes nothing', async () => {
  const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  const { code, stdout } = await runHolter('core', 'install');
  expect(code).toBe(0);
  expect(stdout).toContain('kernel.core_pattern=');
  expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
});
