// Who may do what. Without any token a loopback address is open (and any address with --insecure); from the first token on,
// every request has to carry one.
import type { IncomingHttpHeaders } from 'node:http';
import type { Permission } from '../../api/tokens.ts';
import { permissions as allPermissions } from '../../api/tokens.ts';
import { codedError } from '../../base/coded-error.ts';
import { isLoopback, formatAddress, type Address } from '../../config/setting-values.ts';
import { serverErrors } from '../errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import { checkHost, checkOrigin } from './request-origin.ts';
import { readSessionCookie } from './session-cookie.ts';
import { hashSecret, isSameHash } from './token-secret.ts';

/** Who sent a request. */
export interface Caller {
  /** Name of the token; `local` where none is needed, `administrator` for the local administrator. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly administrator: boolean;
}

/** What of a request decides; gRPC metadata fits too. */
export type CallerHeaders = Pick<IncomingHttpHeaders, 'authorization' | 'cookie' | 'host' | 'origin'> & {
  readonly 'sec-fetch-site'?: string | undefined;
};

export interface AccessSettings {
  readonly insecure: boolean;
  readonly allowedHosts: readonly string[];
}

const everybody: Caller = { name: 'local', permissions: allPermissions, administrator: true };
const administrator: Caller = { name: 'administrator', permissions: allPermissions, administrator: true };

function secretOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', rest = ''] = /^(\S+)\s+(.+)$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest.trim();
  if (scheme.toLowerCase() !== 'basic') return undefined;
  // Clients that know only user and password send the token as the password.
  const pair = Buffer.from(rest, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

export class AccessControl {
  readonly #tokens: AccessTokens;
  readonly #settings: AccessSettings;
  readonly #administratorSecret: string;
  readonly #administratorHash: string;

  constructor(tokens: AccessTokens, administratorSecret: string, settings: AccessSettings) {
    this.#tokens = tokens;
    this.#settings = settings;
    this.#administratorSecret = administratorSecret;
    this.#administratorHash = hashSecret(administratorSecret);
  }

  /** What cookies are signed with. */
  get sessionKey(): string {
    return this.#administratorSecret;
  }

  /** Whether requests to this address need a token. */
  needsToken(address: Address): boolean {
    return this.#tokens.size > 0 || !(isLoopback(address.host) || this.#settings.insecure);
  }

  /** Throws ADDRESS_NOT_LOCAL when listening there would open the server to others. */
  checkAddress(flag: string, address: Address): void {
    if (isLoopback(address.host) || this.#settings.insecure || this.#tokens.size > 0) return;
    throw codedError(serverErrors, 'ADDRESS_NOT_LOCAL', flag, formatAddress(address));
  }

  /** The same for a protocol that cannot carry tokens: throws ADDRESS_UNPROTECTED. */
  checkTokenlessAddress(flag: string, address: Address): void {
    if (isLoopback(address.host) || this.#settings.insecure) return;
    throw codedError(serverErrors, 'ADDRESS_UNPROTECTED', flag, formatAddress(address));
  }

  /**
   * Who sent a request to `address`, or undefined when it has to name itself and does not. Throws HOST_REFUSED, ORIGIN_REFUSED, TOKEN_UNKNOWN.
   */
  identify(headers: CallerHeaders, address: Address): Caller | undefined {
    const secret = secretOf(headers.authorization);
    if (secret !== undefined) {
      const caller = this.#callerOf(secret);
      if (caller !== undefined) return caller;
      // Senders that carry some password keep working where none is asked for.
      if (this.needsToken(address)) throw codedError(serverErrors, 'TOKEN_UNKNOWN');
    }
    checkOrigin(headers.origin, headers['sec-fetch-site'], headers.host);
    if (isLoopback(address.host)) checkHost(headers.host, this.#settings.allowedHosts);
    if (!this.needsToken(address)) return everybody;
    const id = readSessionCookie(this.#administratorSecret, headers.cookie, Date.now());
    const token = id === undefined ? undefined : this.#tokens.findById(id);
    return token === undefined ? undefined : { name: token.name, permissions: token.permissions, administrator: false };
  }

  #callerOf(secret: string): Caller | undefined {
    if (isSameHash(hashSecret(secret), this.#administratorHash)) return administrator;
    const token = this.#tokens.find(secret);
    return token === undefined ? undefined : { name: token.name, permissions: token.permissions, administrator: false };
  }

  /** The caller, who may do `permission`; throws a coded error otherwise. */
  authorize(headers: CallerHeaders, address: Address, permission: Permission | 'administer'): Caller {
    const caller = this.identify(headers, address);
    if (caller === undefined) throw codedError(serverErrors, 'TOKEN_MISSING');
    const may = permission === 'administer' ? caller.administrator : caller.permissions.includes(permission);
    if (!may) throw codedError(serverErrors, 'PERMISSION_MISSING', caller.name, permission);
    return caller;
  }
}
