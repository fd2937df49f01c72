import { expect, test } from 'vitest';
import { layOutDifference } from './difference.ts';
import { layOutFlame } from './flame-layout.ts';
import { ProfileBuilder } from './profile-builder.ts';
import { emptyMeta, type Profile } from './profile.ts';

/** `main;a 3` lines as a profile. */
function profile(...lines: readonly string[]): Profile {
  const builder = new ProfileBuilder();
  for (const line of lines) {
    const [stack = '', count = '0'] = line.split(' ');
    builder.addStack(
      stack.split(';').map((name) => builder.frame({ name, file: '', line: 0 })),
      Number(count),
    );
  }
  return builder.build(emptyMeta);
}

test('boxes lie inside their callers, siblings in alphabetical order', () => {
  const layout = layOutFlame(profile('main;b 2', 'main;a;x 3', 'main 1'));
  const boxes = layout.label.map((label, box) => [
    layout.labels[label],
    layout.depth[box],
    layout.start[box],
    layout.width[box],
  ]);
  expect(boxes).toEqual([
    ['all', 0, 0, 6],
    ['main', 1, 0, 6],
    ['a', 2, 0, 3],
    ['x', 3, 0, 3],
    ['b', 2, 3, 2],
  ]);
});

test('a difference shows what grew, what shrank and what vanished', () => {
  const layout = layOutDifference(profile('main;gone 50', 'main;same 50'), profile('main;same 150', 'main;new 50'));
  const changes = Object.fromEntries(layout.label.map((label, box) => [layout.labels[label], layout.change?.[box]]));
  expect(changes).toEqual({ all: 0, main: 0, gone: -0.5, same: 0.25, new: 0.25 });
  const gone = layout.label.findIndex((label) => layout.labels[label] === 'gone');
  expect(layout.width[gone]).toBeGreaterThan(0);
  expect(layout.self[gone]).toBe(0);
  expect(layout.before?.[gone]).toBe(50);
});
