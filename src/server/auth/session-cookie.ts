// A signed-in browser's cookie: token id, expiry and a signature, so that it survives a restart and ends with its token.
// The token itself is not in it: cookies are shown to every port of a host.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const COOKIE_NAME = 'holter_session';
const LIFETIME_SECONDS = 12 * 3600;

function sign(key: string, tokenId: string, expires: string): string {
  return createHmac('sha256', key).update(`session\n${tokenId}\n${expires}`).digest('base64url');
}

/** The value of a Set-Cookie header. */
export function makeSessionCookie(key: string, tokenId: string, nowMillis: number): string {
  const expires = String(Math.floor(nowMillis / 1000) + LIFETIME_SECONDS);
  const value = `${tokenId}.${expires}.${sign(key, tokenId, expires)}`;
  return `${COOKIE_NAME}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${LIFETIME_SECONDS}`;
}

/** The Set-Cookie header that ends a session. */
export const endedSessionCookie = `${COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;

/** The token's id in a Cookie header, if it carries a session of ours that has not expired. */
export function readSessionCookie(key: string, header: string | undefined, nowMillis: number): string | undefined {
  const pair = header?.split(';').find((part) => part.trim().startsWith(`${COOKIE_NAME}=`));
  const [tokenId, expires, signature] = (pair?.trim().slice(COOKIE_NAME.length + 1) ?? '').split('.');
  if (tokenId === undefined || expires === undefined || signature === undefined) return undefined;
  const wanted = Buffer.from(sign(key, tokenId, expires));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return Number(expires) * 1000 > nowMillis ? tokenId : undefined;
}
