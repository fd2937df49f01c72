// Random nested values as locals of a frame in the target, read from outside and compared with what repr() said inside.
import { expect } from 'vitest';
import { attach } from '../../src/pyproc/attach.ts';
import { Dumper } from '../../src/pyproc/dump.ts';
import { readLocals } from '../../src/pyproc/frames/locals.ts';
import { renderValue } from '../../src/pyproc/objects/render-value.ts';
import { startPython } from './python-target.ts';

const LIMITS = { depth: 20, items: 10_000, characters: 100_000, objects: 1_000_000, redacts: false };

const cut = (text: string | undefined): string => text?.slice(0, 500) ?? '';

/** Checks `count` values made from `seed`. */
export async function checkLocalsRoundTrip(python: string, seed: number, count: number): Promise<void> {
  const target = startPython(python, 'random_values.py', String(seed), String(count));
  await target.saw('\nready');
  const expected = JSON.parse(target.output().split('\nready')[0] ?? '') as Record<string, string>;
  const attached = attach(target.pid);
  if (!attached.ok) throw new Error(attached.error.message);
  const dumper = new Dumper(attached.value, target.pid);
  const frame = dumper.look().threads[0]?.frames.find(({ name }) => name === 'frame');
  const code = frame === undefined ? undefined : dumper.codes.at(frame.code);
  if (frame === undefined || code === undefined) throw new Error('the frame is not on the stack');
  const variables = readLocals(attached.value, frame.address, code);
  const got = Object.fromEntries(
    variables.map(({ name, value }) => [name, renderValue(attached.value.objects, value, LIMITS)]),
  );
  attached.value.close();
  const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
  const differences = [...names].filter((name) => got[name] !== expected[name]);
  const [first = ''] = differences;
  expect({ differences: differences.length, first, got: cut(got[first]), expected: cut(expected[first]) }).toEqual({
    differences: 0,
    first: '',
    got: '',
    expected: '',
  });
}
