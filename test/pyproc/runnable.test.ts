// A thread that could run but has no processor is told from one that has.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needPython, startProgram, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const BUSY = 'while True: pass';

/** A processor that this process may use. */
function someProcessor(): string {
  return /^Cpus_allowed_list:\t(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
}

test('a busy thread is active, and runnable while another program has its processor', async (context) => {
  const python = needPython(context, '3.12');
  const [pin, ...words] = ['taskset', '-c', someProcessor(), python, '-c', BUSY];
  // Under SCHED_IDLE it gets the processor when nobody else wants it.
  const target = startProgram('chrt', ['--idle', '0', pin!, ...words]);
  const dump = async (): Promise<string> => (await runHolter('dump', String(target.pid))).stdout;
  const another = startProgram(pin!, words);
  await expect.poll(dump).toMatch(/^Thread \d+ \(runnable\+gil\): "MainThread"$/m);
  another.child.kill('SIGKILL');
  const free = startPython(python, '-c', BUSY);
  await expect
    .poll(async () => (await runHolter('dump', String(free.pid))).stdout)
    .toMatch(/^Thread \d+ \(active\+gil\): "MainThread"$/m);
});
