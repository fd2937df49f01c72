import { expect, test } from 'vitest';
import { queriesOf, queriesPatch } from './explore-address.ts';
import { hiddenMarks, isolateLine, markOf, toggleLine } from './hidden-lines.ts';

test('a line is switched off and on, or shown alone and all again', () => {
  const off = toggleLine(undefined, '请求{a="b"}');
  expect(hiddenMarks(off).has(markOf('请求{a="b"}'))).toBe(true);
  expect(toggleLine(off, '请求{a="b"}')).toBeUndefined();
  const alone = isolateLine(undefined, 'a', ['a', 'b', 'c']);
  expect([...hiddenMarks(alone)].toSorted()).toEqual([markOf('b'), markOf('c')].toSorted());
  expect(isolateLine(alone, 'a', ['a', 'b', 'c'])).toBeUndefined();
});

test('queries stand in the address; one that is emptied goes, and the hidden ones stay hidden', () => {
  const patch = queriesPatch(['up', ' ', 'rate(x[5m])'], [false, false, true]);
  expect(patch).toMatchObject({ q: 'up', q2: 'rate(x[5m])', hide: 'B' });
  expect(queriesOf({ ...patch })).toEqual([
    { letter: 'A', text: 'up', isHidden: false },
    { letter: 'B', text: 'rate(x[5m])', isHidden: true },
  ]);
  expect(queriesPatch([])).toMatchObject({ q: undefined, hide: undefined });
});
