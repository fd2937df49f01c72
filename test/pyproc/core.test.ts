// `holter core` on cores that the kernel wrote.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectCoreWithoutFiles } from '../support/core-without-files.ts';
import { makeCore } from '../support/make-core.ts';
import { supportedVersions } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

interface CoreReport {
  death: string;
  threads: {
    name: string;
    wait?: { text: string };
    exceptions: { stage: string; chain: { relation: string; text: string }[] }[];
    frames: { name: string; line: number; locals?: { name: string; value: string }[] }[];
  }[];
  logs: { level: string; logger: string; message: string; time: string; thread: string }[];
  notes: string[];
}

test.for(supportedVersions)('why Python %s died: signal, stack, variables, exceptions', async (version, context) => {
  const start = Date.now();
  const core = await makeCore(context, version);
  const { code, stdout, stderr } = await runHolter('core', core, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as CoreReport;
  expect(report.notes).toEqual([]);
  expect(report.death).toBe('SIGSEGV at address 0x0 (a null pointer)');
  const [crashed] = report.threads;
  expect(crashed?.name).toBe('payer');
  const pay = crashed?.frames.find(({ name }) => name === 'pay');
  expect(pay?.line).toBe(36);
  const variables = Object.fromEntries(pay?.locals?.map(({ name, value }) => [name, value]) ?? []);
  expect(variables).toMatchObject({ order: '4711', password: '<redacted>', amount: "{'EUR': 12.5, 'city': '北京'}" });
  expect(crashed?.exceptions[0]).toEqual({
    stage: 'handling',
    chain: [
      { relation: '', text: 'ValueError: no price for order 4711' },
      { relation: 'caused by', text: 'KeyError: 4711' },
    ],
  });
  expect(report.logs.map(({ level, logger, message, thread }) => [level, logger, message, thread])).toEqual([
    ['INFO', 'shop.pay', 'order 4711 of 北京: 12.50 EUR', 'payer'],
    ['WARNING', 'shop.pay', 'no price: 4711 with <redacted>', 'payer'],
  ]);
  for (const { time } of report.logs) {
    // It may be told in whole seconds.
    expect(Date.parse(time)).toBeGreaterThanOrEqual(start - 1000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  }
  const bystander = report.threads.find(({ name }) => name === 'bystander');
  expect(bystander?.wait?.text).toMatch(/^Lock lock at 0x[0-9a-f]+, held by thread "payer" \(\d+\)$/);
});

test('compressed, truncated, empty and wrong files', async (context) => {
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
    expect(stdout).toMatch(/pay \(.*crash\.py:36\)/);
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
    if (size < bytes.length && /died of/.test(stdout + stderr))
      expect(stdout + stderr).toContain('the core is truncated');
    // It is not a process that may become ready.
    expect(stderr).not.toContain('still starting');
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

test.for(['3.8', '3.13'])('the interpreter’s files of Python %s are gone', (version, context) =>
  expectCoreWithoutFiles(context, version),
);

test('a core of another machine, and of a 32-bit program', async (context) => {
  const core = await makeCore(context, '3.12');
  const bytes = readFileSync(core).subarray(0, 1 << 16);
  const [machine, fileClass] = [18, 4];
  for (const [offset, value, message] of [
    [machine, 183, 'a core of a aarch64 program; only x86-64 is supported so far'],
    [machine, 243, 'a core of a'],
    [fileClass, 1, 'expected a 64-bit little-endian ELF file'],
  ] as const) {
    const doctored = Buffer.from(bytes);
    doctored[offset] = value;
    writeFileSync(core, doctored);
    const { code, stderr, stdout } = await runHolter('core', core);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([3, '']);
  }
});

test('dump --core takes the flags of dump', async (context) => {
  const core = await makeCore(context, '3.11');
  const { stdout } = await runHolter('dump', '--core', core, '--no-redact', '--locals=1', '--full-paths');
  expect(stdout).toBe((await runHolter('core', core, '--no-redact', '--locals=1', '--full-paths')).stdout);
  expect(stdout).toMatch(/^ {4}pay \(\/.*crash\.py:36\)$/m);
  expect(stdout).not.toContain('<redacted>');
});

test('who sent the signal', async (context) => {
  const core = await makeCore(context, '3.11', () => '', 'kill');
  const { stdout } = await runHolter('core', core, '--locals=0');
  expect(stdout).toMatch(/^died of SIGABRT sent by process \d+\n/);
});

test('install prints the kernel setting and changes nothing', async () => {
  const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  const { code, stdout } = await runHolter('core', 'install');
  expect(code).toBe(0);
  expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  // The kernel cuts the setting at 127 bytes and splits it at blanks, whatever quotes stand there (core(5)).
  const pattern = /^sysctl -w 'kernel\.core_pattern=\|(.*)'$/m.exec(stdout)?.[1] ?? '';
  expect(pattern).toMatch(/^\/\S+( %[a-z])+$/);
  expect(pattern.length).toBeLessThan(127);
});

test('the program that install prints turns a core on its standard input into a report', async (context) => {
  const core = await makeCore(context, '3.12');
  const folder = dirname(core);
  const { stdout } = await runHolter('core', 'install');
  const script = /<<'END'\n(.*?\n)END\n/s.exec(stdout)?.[1] ?? '';
  expect(script).toMatch(/^#!\/bin\/sh\n/);
  const handler = join(folder, 'handler');
  writeFileSync(handler, script.replaceAll(/\/var\/(tmp|log)\//g, `${folder}/`), { mode: 0o755 });
  // The environment is the kernel's: nothing of ours may be needed.
  const env = { HOME: '/', PATH: '/sbin:/bin:/usr/sbin:/usr/bin' };
  const words = ['4711', '1700000000', 'python3.12'];
  const { status, stderr } = spawnSync(handler, words, { input: readFileSync(core), env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const report = readFileSync(join(folder, 'holter-core.python3.12.4711.1700000000.txt'), 'utf8');
  expect(report).toMatch(/^died of SIGSEGV/);
  expect(report).toMatch(/tracked by the garbage collector/);
  expect(existsSync(join(folder, 'holter-core.4711'))).toBe(false);
});
