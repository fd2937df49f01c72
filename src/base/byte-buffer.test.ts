// A buffer gives back what hardly anything of is used, and goes on as before.
import { expect, test } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

const filled = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, i) => i % 251);

test('what an uncommon load had reserved goes back with the next clearing', () => {
  const buffer = new ByteBuffer();
  buffer.append(filled(3 << 20));
  buffer.clear();
  expect(buffer.bytes.length).toBeGreaterThan(3 << 20);
  buffer.append(filled(1 << 20));
  buffer.clear();
  expect(buffer.bytes.length).toBeGreaterThan(3 << 20);
  buffer.append(filled(100));
  expect(buffer.contents()).toEqual(filled(100));
  buffer.clear();
  expect(buffer.bytes.length).toBeLessThan(2000);
  for (let i = 0; i < 3; i++) buffer.append(filled(5000));
  expect(buffer.contents()).toEqual(Uint8Array.from([...filled(5000), ...filled(5000), ...filled(5000)]));
});

test('a buffer that was fitted has its contents and grows again', () => {
  const buffer = new ByteBuffer();
  buffer.append(filled(70_000));
  buffer.fit();
  expect(buffer.bytes.length).toBeLessThan(70_100);
  expect(buffer.contents()).toEqual(filled(70_000));
  buffer.writeVarint(300);
  expect(buffer.contents()).toEqual(Uint8Array.from([...filled(70_000), 0xac, 0x02]));
  const empty = new ByteBuffer();
  empty.fit();
  empty.append(filled(10));
  expect(empty.contents()).toEqual(filled(10));
});
