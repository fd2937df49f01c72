// Trees of equal workers: what they do is told once, and an idle pool is nothing to worry about.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { need } from '../support/need.ts';
import { diagnose } from '../support/planted-situations.ts';
import { needPython, startProgram, startPython } from '../support/python-target.ts';

const targets = resolve(import.meta.dirname, '../targets');

test.for([
  ['3.8', 'pool'],
  ['3.8', 'executor'],
  ['3.11', 'executor'],
  ['3.13', 'pool'],
  ['3.13', 'executor'],
] as const)('an idle multiprocessing tree of Python %s (%s)', async ([version, kind], context) => {
  const target = startPython(needPython(context, version), 'pools.py', kind, 'idle');
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0]?.summary)
    .toMatch(/^nothing is wrong: all \d threads in 5 processes are idle$/);
});

test.for([
  ['3.8', 'pool'],
  ['3.12', 'executor'],
] as const)('multiprocessing workers of Python %s (%s) that wait for a database', async ([version, kind], context) => {
  const target = startPython(needPython(context, version), 'pools.py', kind, 'waiting');
  await target.saw('ready');
  const faults = async (): Promise<string[]> =>
    (await diagnose(target.pid)).flatMap(({ severity, summary }) => (severity === 'fault' ? [summary] : []));
  await expect
    .poll(faults)
    .toEqual([
      expect.stringMatching(
        /^all 4 multiprocessing workers are busy and no other work is taken: 4 of them wait for 127\.0\.0\.1:\d+ in recv.*pools\.py:14 \(query\)$/,
      ),
    ]);
});

test('workers that compute are told once, and that is no fault', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'pools.py', 'pool', 'computing');
  await target.saw('ready');
  await expect
    .poll(async () => await diagnose(target.pid))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'all-workers-busy',
          severity: 'note',
          summary: expect.stringContaining('4 of them in Python code on a CPU at pools.py') as string,
        }),
        expect.objectContaining({
          kind: 'gil-busy',
          summary: expect.stringMatching(/– 4 workers like this: \d+, \d+, \d+, \d+$/) as string,
        }),
      ]),
    );
});

test('Celery’s worker processes: idle, then all of them in one database', async (context) => {
  const python = need(context, 'services');
  const folder = mkdtempSync(join(tmpdir(), 'holter-broker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, BROKER_FOLDER: folder };
  const args = ['-m', 'celery', '-A', 'celery_tasks', 'worker', '--pool', 'prefork', '-c', '3', '-l', 'INFO'];
  const worker = startProgram('env', [`BROKER_FOLDER=${folder}`, python, ...args]);
  await worker.saw('ready.');
  const first = async (): Promise<string | undefined> => (await diagnose(worker.pid))[0]?.summary;
  await expect.poll(first).toMatch(/^nothing is wrong: all \d+ threads in 4 processes are idle$/);
  expect(spawnSync(python, ['celery_tasks.py'], { cwd: targets, env, encoding: 'utf8' }).stdout).toContain('sent');
  await expect
    .poll(first)
    .toMatch(/^all 3 Celery workers are busy .*: 3 of them wait for 127\.0\.0\.1:\d+ in recv.*\(charge\)$/);
});
