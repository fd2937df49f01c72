import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { md5 } from './md5.ts';

test('the same digests as OpenSSL, at every length around the blocks', () => {
  for (let length = 0; length < 200; length++) {
    const message = randomBytes(length);
    expect(Buffer.from(md5(message)).toString('hex')).toBe(createHash('md5').update(message).digest('hex'));
  }
});
