// A token is 32 random bytes; the state keeps only their SHA-256, which needs no salt or stretching at that entropy.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'holter_';

export function createSecret(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal digits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two hashes in a time that does not tell where they differ. */
export function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
