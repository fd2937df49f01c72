import { expect, test } from 'vitest';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import { emptyMeta } from '../../profile/profile.ts';
import { computeTopRows, formatTop, type TopView } from './top-table.ts';

function recorded() {
  const builder = new ProfileBuilder();
  const at = (name: string, line: number): number => builder.frame({ name, file: 'app.py', line });
  builder.addStack([at('main', 1), at('walk', 5), at('walk', 6), at('leaf', 9)], 3);
  builder.addStack([at('main', 1), at('walk', 6)], 1);
  return builder.build(emptyMeta);
}

test('by line each line has a row, by function the lines add up and recursion counts once', () => {
  expect(computeTopRows(recorded())).toEqual([
    { label: 'main (app.py:1)', own: 0, total: 4 },
    { label: 'walk (app.py:5)', own: 0, total: 3 },
    { label: 'walk (app.py:6)', own: 1, total: 4 },
    { label: 'leaf (app.py:9)', own: 3, total: 3 },
  ]);
  expect(computeTopRows(recorded(), true)).toEqual([
    { label: 'main (app.py)', own: 0, total: 4 },
    { label: 'walk (app.py)', own: 1, total: 4 },
    { label: 'leaf (app.py)', own: 3, total: 3 },
  ]);
});

test('the table fits a small terminal, the best rows first', () => {
  const all = computeTopRows(recorded());
  const view: TopView = {
    command: 'python app.py',
    rate: 100,
    all,
    recent: new Map(all.map((row) => [row.label, row])),
    recentLooks: 4,
    gilShare: 1,
    activeShare: 1,
    threads: 1,
    processes: 1,
    samples: 4,
    uncertain: 0,
    late: 0,
    order: 'own-recent',
    hint: '? keys',
  };
  expect(formatTop(view, 6, 36)).toEqual([
    'Total Samples 4 (0 uncertain, 0 late',
    'GIL: 100.00%, Active: 100.00%, Threa',
    '    %Own   %Total  Function',
    '  75.00%   75.00%  leaf (app.py:9)',
    '  25.00%  100.00%  walk (app.py:6)',
    '? keys',
  ]);
  expect(formatTop({ ...view, order: 'total' }, 6, 36).slice(2, 4)).toEqual([
    '  OwnTime  TotalTime  Function',
    '    0.01s      0.04s  walk (app.py:6)'.slice(0, 36),
  ]);
  expect(formatTop(view, 24, 200).slice(0, 6)).toEqual([
    "Collecting samples from 'python app.py'",
    'Total Samples 4 (0 uncertain, 0 late)',
    'GIL: 100.00%, Active: 100.00%, Threads: 1, Processes: 1',
    '',
    '    %Own   %Total    OwnTime  TotalTime  Function',
    '  75.00%   75.00%      0.03s      0.03s  leaf (app.py:9)',
  ]);
});
