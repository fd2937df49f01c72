import { expect, test } from 'vitest';
import { needPython, startPython, supportedVersions } from '../../../test/support/python-target.ts';
import { attach } from '../attach.ts';
import { ReferrerSearch } from './referrers.ts';

test.for(supportedVersions)('referrers of Python %s equal those of gc.get_referrers()', async (version, context) => {
  const running = startPython(needPython(context, version), 'referred.py');
  await running.saw('ready');
  const [address, expected] = JSON.parse(running.output().split('\n')[0] ?? '') as [number, Record<string, number>];
  const target = attach(running.pid);
  if (!target.ok) throw new Error(target.error.message);
  const search = new ReferrerSearch(target.value);
  expect(search.findInstance('Prize')).toBe(address);
  const counts: Record<string, number> = {};
  const found = search.referrersOf(address, 100);
  for (const { typeName } of found) counts[typeName] = (counts[typeName] ?? 0) + 1;
  expect(counts).toEqual(expected);
  const edges = found.map(({ edge }) => edge);
  for (const edge of ['[1]', '[0]', "['gold']", '(as a member)', '(closure variable)', "['prize']"])
    expect(edges).toContain(edge);
  const path = search.pathToRoot(address)?.map(({ typeName, edge }) => `${typeName}${edge}`);
  expect(path).toEqual(['module __main__.__dict__', "dict['prize']"]);
  target.value.close();
});
