// `holter why` names the culprit in planted situations; the other versions run in why.full.test.ts.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnose, expectDiagnosis, plantedSituations } from '../support/planted-situations.ts';
import { needPython, startPython, supportedVersions } from '../support/python-target.ts';

test.for(plantedSituations)('%s', (situation, context) => expectDiagnosis(context, '3.11', situation));

test.for(supportedVersions)('a deadlock of two locks on Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'two_locks.py');
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0], { timeout: 10_000 })
    .toMatchObject({
      kind: 'deadlock',
      severity: 'fault',
      summary: expect.stringMatching(
        /deadlock of 2 threads: .*"forwards".* waits for Lock second_lock .*two_locks\.py:12.*"backwards".* waits for Lock first_lock .*two_locks\.py:19/,
      ) as string,
    });
});

test('a process stuck in the kernel', async (context) => {
  const fifo = join(mkdtempSync(join(tmpdir(), 'holter-')), 'fifo');
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'disk_wait', fifo);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0], { timeout: 10_000 })
    .toMatchObject({
      kind: 'disk-wait',
      severity: 'fault',
      summary: expect.stringMatching(/stuck in the kernel for .*a new child to start its program/) as string,
    });
});

test('a DNS look-up that hangs', async (context) => {
  if (process.getuid?.() !== 0) context.skip('root: only root can give a program its own resolv.conf');
  const file = join(mkdtempSync(join(tmpdir(), 'holter-')), 'resolv.conf');
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'dns_hanging', file);
  await target.saw('ready');
  const [first] = await diagnose(target.pid);
  expect(first?.summary).toMatch(/a DNS look-up hangs: .* for the name server 127\.77\.0\.1:53 at .*dns_hanging/);
});

test.for(['3.8', '3.11', '3.13'])('nothing is wrong with an idle server on Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'planted.py', 'idle_server');
  await target.saw('ready');
  const findings = await diagnose(target.pid);
  expect(findings).toMatchObject([
    { kind: 'idle', severity: 'note', summary: 'nothing is wrong: all 5 threads are idle' },
  ]);
});
