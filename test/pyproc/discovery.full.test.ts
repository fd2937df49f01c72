// A version that does not exist yet gives stacks from its own table of offsets: 3.15 that says it is 3.16.
import { expect, test } from 'vitest';
import { Inspector } from '../../src/pyproc/inspect.ts';
import { MINOR_OF_VERSION_WORD, openDoctored, swapCodeNames } from '../support/doctored-target.ts';
import { allInterpreters } from '../support/interpreters.ts';

test.for([true, false])('Python 3.16 (members moved: %s)', async (isMoved, context) => {
  const interpreter = allInterpreters.find(({ name }) => name === '3.15 sid');
  const running = interpreter?.start(context, 'sleeper.py');
  if (running === undefined) throw new Error('the matrix has no 3.15 any more');
  await running.saw('ready', 2);
  const opened = openDoctored(running.pid, (table) => {
    table.setUint8(MINOR_OF_VERSION_WORD, 16);
    if (isMoved) swapCodeNames(table);
  });
  if (!opened.ok) throw new Error(opened.error.message);
  expect(opened.value.layout.minor).toBe(16);
  const look = () => {
    const { threads } = new Inspector(opened.value, undefined).inspect({ redacts: true });
    return threads.find(({ frames }) => frames.length === 3)?.frames;
  };
  // What was printed may be seen before the line behind it is reached.
  await expect.poll(() => look()?.map(({ line }) => line)).toEqual([10, 14, 18]);
  const names = look()?.map((frame) => (isMoved ? frame.fileName : frame.name));
  expect(names).toEqual(['inner', 'outer', '<module>']);
});
