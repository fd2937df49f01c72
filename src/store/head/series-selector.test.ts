import { expect, test } from 'vitest';
import { Matcher, type MatchOperator } from '../../query/promql/matcher.ts';
import { SeriesIndex } from './series-index.ts';
import { SeriesSelector } from './series-selector.ts';

const encoder = new TextEncoder();
const pair = (index: SeriesIndex, name: string, value: string): number => {
  const bytes = encoder.encode(value);
  return index.pairs.enter(index.pairs.nameId(name), bytes, 0, bytes.length);
};

const add = (index: SeriesIndex, fingerprint: number, name: string, job: string): number =>
  index.add(fingerprint, fingerprint, [pair(index, '__name__', name), pair(index, 'job', job)]);

const matcher = (name: string, operator: MatchOperator, value: string): Matcher => {
  const made = Matcher.make(name, operator, value);
  if (!made.ok) throw new Error(made.error);
  return made.value;
};

test('gives the series that match, by fingerprint, those that came since among them', () => {
  const index = new SeriesIndex();
  const selector = new SeriesSelector(index);
  const matchers = [matcher('__name__', '=', 'up'), matcher('job', '=~', 'a.*')];
  const select = (): number[] => Array.from(selector.select(matchers));
  const [third, first] = [add(index, 30, 'up', 'ab'), add(index, 10, 'up', 'ac')];
  add(index, 5, 'up', 'b');
  for (let round = 0; round < 2; round++) expect(select()).toEqual([first, third]);
  // The matchers are told apart by all that they say, not only by their names.
  expect(selector.select([matchers[0]!, matcher('job', '!~', 'a.*')])).toHaveLength(1);
  const second = add(index, 20, 'up', 'a');
  for (let round = 0; round < 2; round++) expect(select()).toEqual([first, second, third]);
  // What is asked for since was forgotten and is found again.
  for (let other = 0; other < 3000; other++) selector.select([matcher('job', '=', String(other))]);
  expect(select()).toEqual([first, second, third]);
});
