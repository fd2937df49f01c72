// The tokens that others hold: kept hashed in the state store, all of them also in memory, so that checking one costs no I/O.
import { randomBytes } from 'node:crypto';
import type { Permission, Token, TokenCreateResponse } from '../../api/tokens.ts';
import { codedError } from '../../base/coded-error.ts';
import type { StateStore } from '../../storage/ports/state-store.ts';
import { serverErrors } from '../errors.ts';
import { createSecret, hashSecret } from './token-secret.ts';

const KEY_PREFIX = 'token/';
const ID_BYTES = 6;

/** What the state store keeps of a token; times are nanoseconds as digits. */
interface StoredToken {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly hash: string;
  readonly created: string;
  readonly expires?: string;
}

interface HeldToken extends StoredToken {
  readonly id: string;
  readonly version: number;
  lastUsed?: string;
}

const nowNanos = (): bigint => BigInt(Date.now()) * 1_000_000n;

export class AccessTokens {
  readonly #state: StateStore;
  #byHash = new Map<string, HeldToken>();

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Reads all tokens from the state store; call once before anything else. */
  async load(): Promise<void> {
    for (const { key, version, value } of await this.#state.list(KEY_PREFIX)) {
      const stored = value as StoredToken;
      this.#byHash.set(stored.hash, { ...stored, id: key.slice(KEY_PREFIX.length), version });
    }
  }

  /** How many tokens there are, expired ones too: a server whose last token expired must not become an open one. */
  get size(): number {
    return this.#byHash.size;
  }

  /** The token that `secret` is, unless it is unknown or has expired. */
  find(secret: string): HeldToken | undefined {
    const token = this.#byHash.get(hashSecret(secret));
    return token === undefined || isExpired(token) ? undefined : this.#touch(token);
  }

  findById(id: string): HeldToken | undefined {
    for (const token of this.#byHash.values()) if (token.id === id && !isExpired(token)) return this.#touch(token);
    return undefined;
  }

  #touch(token: HeldToken): HeldToken {
    token.lastUsed = String(nowNanos());
    return token;
  }

  list(): Token[] {
    return [...this.#byHash.values()].map(describe).toSorted((a, b) => Number(BigInt(a.created) - BigInt(b.created)));
  }

  /** `validFor` in nanoseconds. Durable when it resolves. */
  async create(name: string, permissions: readonly Permission[], validFor?: bigint): Promise<TokenCreateResponse> {
    const id = randomBytes(ID_BYTES).toString('hex');
    const secret = createSecret();
    const created = nowNanos();
    const stored: StoredToken = {
      name,
      permissions: [...new Set(permissions)],
      hash: hashSecret(secret),
      created: String(created),
      ...(validFor === undefined ? {} : { expires: String(created + validFor) }),
    };
    if (!(await this.#state.set(KEY_PREFIX + id, 0, stored)))
      throw codedError(serverErrors, 'STATE_CONFLICT', `token ${id}`);
    const held: HeldToken = { ...stored, id, version: 1 };
    this.#byHash.set(stored.hash, held);
    return { ...describe(held), secret };
  }

  async revoke(id: string): Promise<Token> {
    const token = [...this.#byHash.values()].find((candidate) => candidate.id === id);
    if (token === undefined) throw codedError(serverErrors, 'TOKEN_ID_UNKNOWN', id);
    if (!(await this.#state.delete(KEY_PREFIX + id, token.version)))
      throw codedError(serverErrors, 'STATE_CONFLICT', `token ${id}`);
    this.#byHash.delete(token.hash);
    return describe(token);
  }
}

function isExpired(token: HeldToken): boolean {
  return token.expires !== undefined && BigInt(token.expires) <= nowNanos();
}

function describe({ id, name, permissions, created, expires, lastUsed }: HeldToken): Token {
  return {
    id,
    name,
    permissions: [...permissions],
    created,
    ...(expires === undefined ? {} : { expires }),
    ...(lastUsed === undefined ? {} : { lastUsed }),
  };
}
