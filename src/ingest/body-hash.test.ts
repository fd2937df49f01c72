import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { bodyHash, newHashKey } from './body-hash.ts';

test.each([1, 100, 24 << 10, 300_000])(
  'a body of %i bytes: the same hash again, another one for any changed bit',
  (size) => {
    const key = newHashKey();
    const body = randomBytes(size);
    const hashes = new Set([Buffer.from(bodyHash(key, body)).toString('hex')]);
    expect(Buffer.from(bodyHash(key, Buffer.from(body))).toString('hex')).toBe([...hashes][0]);
    for (let i = 0; i < 50; i++) {
      const changed = Buffer.from(body);
      changed[Math.floor((i * size) / 50)]! ^= 1 << (i % 8);
      hashes.add(Buffer.from(bodyHash(key, changed)).toString('hex'));
    }
    expect(hashes.size).toBe(Math.min(51, 1 + Math.min(50, size * 8)));
  },
);

test('what was cut off or appended changes the hash', () => {
  const key = newHashKey();
  const body = new Uint8Array(100_000);
  const lengths = [50_000, 99_999, 100_000].map((length) =>
    Buffer.from(bodyHash(key, body.subarray(0, length))).toString('hex'),
  );
  expect(new Set(lengths).size).toBe(3);
});
