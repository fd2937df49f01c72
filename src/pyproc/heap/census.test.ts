import { expect, test } from 'vitest';
import { needPython, startPython, supportedVersions } from '../../../test/support/python-target.ts';
import { attach } from '../attach.ts';
import { takeCensus } from './census.ts';

const COUNT = 20_000;

test.for(supportedVersions)('counts of Python %s equal those of gc.get_objects()', async (version, context) => {
  const running = startPython(needPython(context, version), 'heap_objects.py', String(COUNT));
  await running.saw('ready');
  const expected = JSON.parse(running.output().split('\n')[0] ?? '') as Record<string, number>;
  const target = attach(running.pid);
  if (!target.ok) throw new Error(target.error.message);
  const tracked = takeCensus(target.value, false);
  const all = takeCensus(target.value, true);
  target.value.close();
  const count = (census: typeof tracked, name: string): number =>
    census?.types.find((row) => row.name === name)?.count ?? 0;
  expect(count(tracked, 'Order')).toBe(COUNT);
  // gc.get_objects() leaves its own result out, and printing made a few more.
  for (const [name, number] of Object.entries(expected)) {
    expect(Math.abs(count(tracked, name) - number), name).toBeLessThanOrEqual(12);
  }
  expect(tracked).toMatchObject({ isCollecting: false, brokenLists: 0 });
  expect(count(all, 'Order')).toBe(COUNT);
  expect(count(all, 'Slim')).toBe(COUNT);
  expect(count(all, 'float')).toBeGreaterThanOrEqual(COUNT);
  expect(count(all, 'float')).toBeLessThan(COUNT + 2000);
  expect(count(all, 'str')).toBeGreaterThanOrEqual(COUNT);
  // Exact for what is planted; the interpreter's own lists come and go.
  expect(Math.abs(count(all, 'list') - count(tracked, 'list'))).toBeLessThan(1000);
  expect(all?.types.find((row) => row.name === 'Order')?.module).toBe('__main__');
});
