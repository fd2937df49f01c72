// gevent: greenlets that wait have their stacks outside of every thread.
import { expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { diagnose } from '../support/planted-situations.ts';
import { startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

interface Greenlets {
  greenlets: { type: string; activity: string; count: number; frames: { name: string; line: number }[] }[];
}

test('suspended greenlets with their stacks, equal ones once', async (context) => {
  const target = startPython(need(context, 'greenlets'), 'greenlets.py', 'waits');
  await target.saw('ready');
  const lines = async (): Promise<string[]> => {
    const { stdout } = await runHolter('dump', '--json', String(target.pid));
    const { greenlets } = JSON.parse(stdout) as Greenlets;
    return greenlets
      .map(
        ({ type, activity, count, frames }) =>
          `${count} ${type} ${activity}: ${frames.map(({ name, line }) => `${name}:${line}`).join(' ')}`,
      )
      .toSorted();
  };
  // What was printed may be seen before the line behind it is reached.
  await expect
    .poll(lines)
    .toEqual([
      '1 Greenlet suspended: sleep:166 tick:24',
      '1 Hub running: ',
      '1 greenlet suspended: <module>:34',
      '4 Greenlet suspended: wait:14 wait:13 wait:13 wait:13 work:19',
    ]);
  const text = await runHolter('dump', String(target.pid));
  expect(text.stdout).toMatch(/\ngreenlets: 6 suspended, 1 running\n {4}Greenlet at 0x[0-9a-f]+, 4 like this\n/);
  await expect.poll(async () => (await diagnose(target.pid))[0]?.summary).toBe('nothing is wrong: its thread is idle');
});

test('in a large process they are looked for only on demand', async (context) => {
  const target = startPython(need(context, 'greenlets'), 'greenlets.py', 'large');
  await target.saw('ready');
  const plain = await runHolter('dump', String(target.pid));
  expect(plain.stdout).not.toContain('greenlets:');
  expect(plain.stdout).toMatch(/note: .* in a process of 0\.\d GiB greenlets are looked for only with --greenlets/);
  expect((await runHolter('dump', '--greenlets', String(target.pid))).stdout).toMatch(
    /greenlets: 6 suspended, 1 running/,
  );
});

test('a greenlet that blocks holds up the others', async (context) => {
  const target = startPython(need(context, 'greenlets'), 'greenlets.py', 'blocks');
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind: 'greenlets-blocked',
      severity: 'fault',
      summary: expect.stringMatching(
        /^5 greenlets are held up: one of them has been inside a blocking call for .* at greenlets\.py:33 \(<module>\): sleep/,
      ) as string,
    });
});
