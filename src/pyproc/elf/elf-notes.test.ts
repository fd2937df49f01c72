import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNotes } from './elf-notes.ts';

function note(nameSize: number, size: number, type: number, body: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  new Uint32Array(bytes.buffer, 0, 3).set([nameSize, size, type]);
  bytes.set(body, 12);
  return bytes;
}

test('names and descriptions are padded to four bytes', () => {
  const bytes = Buffer.concat([note(4, 3, 3, [71, 78, 85, 0, 1, 2, 3, 0]), note(1, 0, 7, [0, 0, 0, 0])]);
  expect([...readNotes(bytes)]).toEqual([
    { type: 3, description: Buffer.from([1, 2, 3]) },
    { type: 7, description: Buffer.alloc(0) },
  ]);
});

test('sizes of a damaged file end the list, whatever they are', () => {
  const edges = [0, 1, 4, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 4, 2 ** 32 - 1];
  for (const nameSize of edges) {
    for (const size of edges)
      expect([...readNotes(note(nameSize, size, 3))].length).toBe(nameSize + size === 0 ? 1 : 0);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const { description } of readNotes(bytes)) expect(description.length).toBeLessThanOrEqual(bytes.length - 12);
    }),
  );
});
