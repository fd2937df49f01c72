// Keeps web pages away from a server on loopback. A page of the net reaches it in two ways: by a name of its own that it lets point
// at 127.0.0.1 (then the Host header carries that name), or by a request to another origin (then the Origin header tells).
import { isIP } from 'node:net';
import { codedError } from '../../base/coded-error.ts';
import { serverErrors } from '../errors.ts';

/** The name in a Host header, without port and brackets. */
function hostNameOf(host: string): string {
  return (/^(\[[^\]]*\]|[^:]*)/.exec(host)?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();
}

/** Throws HOST_REFUSED when `host` is a name that anybody could point here. */
export function checkHost(host: string | undefined, allowedHosts: readonly string[]): void {
  const name = hostNameOf(host ?? '');
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return;
  if (allowedHosts.some((allowed) => allowed.toLowerCase() === name)) return;
  throw codedError(serverErrors, 'HOST_REFUSED', host ?? '');
}

/** Throws ORIGIN_REFUSED when the request was sent by a page of another origin. */
export function checkOrigin(origin: string | undefined, fetchSite: string | undefined, host: string | undefined): void {
  if (origin === undefined) {
    // Browsers that say so leave no Origin on some simple requests; a page of another site is refused all the same.
    if (fetchSite === 'cross-site') throw codedError(serverErrors, 'ORIGIN_REFUSED', fetchSite, host ?? '');
    return;
  }
  const sender = URL.canParse(origin) ? new URL(origin) : undefined;
  if (sender?.host !== undefined && sender.host === host?.toLowerCase()) return;
  throw codedError(serverErrors, 'ORIGIN_REFUSED', origin, host ?? '');
}
