// Situations of test/targets/planted.py and what `holter why` has to say first about each.
import { expect, type TestContext } from 'vitest';
import { needPython, startPython } from './python-target.ts';
import { runHolter } from './run-holter.ts';

export interface Finding {
  kind: string;
  severity: string;
  summary: string;
}

/** The findings of `holter why PID`. */
export async function diagnose(pid: number): Promise<Finding[]> {
  const { stdout, stderr } = await runHolter('why', String(pid), '--json');
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

export const plantedSituations: readonly (readonly [situation: string, kind: string, summary: RegExp])[] = [
  [
    'rlock_held_in_recv',
    'blocked-by-holder',
    /1 thread waits for RLock lock .*held by thread "fetcher".*recv from 127\.0\.0\.1:\d+.*planted\.py:44/,
  ],
  ['pool_waits_for_database', 'waiting-for-peer', /^7 of 8 pool threads wait for 127\.0\.0\.1:\d+ \(recv/],
  [
    'queue_without_consumer',
    'queue-without-consumer',
    /the queue tasks with 3 items in it is full and no thread takes from it/,
  ],
  [
    'event_loop_in_blocking_call',
    'event-loop-blocked',
    /inside a blocking call for .* at .*planted\.py:\d+ \(.*fetch_the_old_way\): recv from/,
  ],
  ['event_loop_in_cpu_work', 'event-loop-busy', /the event loop computes instead of serving events .*\(.*work\)/],
  [
    'gil_held_in_native_code',
    'gil-native',
    /thread "hog" \(\d+\) holds the GIL in native code .*planted\.py:\d+ \(.*hog\); 1 thread waits for it/,
  ],
  [
    'hot_regular_expression',
    'gil-regular-expression',
    /a regular expression holds the GIL .*\(.*match\): the pattern '\(a\+\)\+\$' backtracks/,
  ],
  ['child_not_reaped', 'children-not-reaped', /3 children have ended and are not reaped by process \d+: true/],
  ['pipe_full', 'pipe-full', /to write to a full pipe at .*pipe_full\); its reader is python.*which waits for sleep/],
  [
    'fork_while_locked',
    'forked-with-lock',
    /was forked while thread "holder" \(\d+\) of \d+ had Lock lock: nobody in the child can release it/,
  ],
  [
    'retry_sleep',
    'retry-sleep',
    /sleeps between attempts \(sleep.*connect_with_retry\): the last error was ConnectionRefusedError/,
  ],
  [
    'task_cycle',
    'task-cycle',
    /^deadlock of 2 asyncio tasks: task Task-\d at planted\.py:\d+ \(.*wait_for\) awaits Task-\d; task Task-\d at .* awaits Task-\d$/,
  ],
  [
    'tasks_with_two_locks',
    'task-cycle',
    /^deadlock of 2 asyncio tasks: task Task-\d at planted\.py:\d+ \(.*take\) awaits Task-\d; task Task-\d at .* awaits Task-\d$/,
  ],
  [
    'lock_never_released',
    'lock-holder-unknown',
    /^2 threads wait for Lock lock for .* at planted\.py:\d+ \(.*want\): .*taken by acquire\(\) and not released/,
  ],
  [
    'owner_has_ended',
    'lock-holder-unknown',
    /^thread "MainThread" \(\d+\) waits for RLock lock for .* at planted\.py:\d+ .*: the thread that took it has ended/,
  ],
  [
    'semaphore_exhausted',
    'semaphore-exhausted',
    /^3 threads wait for Semaphore places for .*use\): all of its places are taken/,
  ],
  [
    'pool_waits_for_itself',
    'pool-waits-for-itself',
    /^all 2 threads of a pool wait for .* for results of work that nobody has begun at planted\.py:\d+ \(.*outer\)/,
  ],
  [
    'import_that_hangs',
    'blocked-by-holder',
    /^1 thread waits for import lock slow_module .*held by thread "first" \(\d+\), which waits: sleep/,
  ],
  [
    'file_lock_held',
    'file-lock',
    /has waited for .* for a lock on the file \S+ at planted\.py:\d+ \(file_lock_held\); python\S* \(\d+\) has it, which waits for sleep/,
  ],
  ['memory_growing', 'memory-growing', /growing by \d+ MiB a second, \d+ % of its address space limit/],
];

/** Starts one situation and checks that the first finding names the culprit. */
export async function expectDiagnosis(
  context: Pick<TestContext, 'skip'>,
  version: string,
  [situation, kind, summary]: (typeof plantedSituations)[number],
): Promise<void> {
  const target = startPython(needPython(context, version), 'planted.py', situation);
  await target.saw('ready');
  // A wait that has just begun is only worth a note, or nothing: it becomes a fault by lasting.
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind,
      summary: expect.stringMatching(summary) as string,
      severity: expect.not.stringMatching('note') as string,
    });
}
